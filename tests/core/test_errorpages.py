"""What people see when something cannot be done."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from bs4 import BeautifulSoup
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from config import Config
from tests.client import TrackerClient, page
from tracker import create_app
from tracker.core.errors import DomainError

faults = Blueprint("faults", __name__)


@faults.route("/faults/domain", methods=["GET", "POST"])
def break_a_rule() -> NoReturn:
    raise DomainError("The round is closed <b>since</b> Friday. Ask the Secretariat for an extension.")


@faults.route("/api/v1/faults/domain")
def break_a_rule_by_program() -> NoReturn:
    raise DomainError("The round is closed.")


@faults.route("/faults/mistake")
@faults.route("/api/v1/faults/mistake")
def make_a_mistake() -> NoReturn:
    raise ValueError("SELECT password FROM secret_table at /srv/tracker/x.py")


@faults.route("/faults/<int:status>")
def refuse(status: int) -> NoReturn:
    if status == 429:
        raise TooManyRequests(retry_after=30)
    abort(status, "inner detail")


@faults.route("/faults/page")
def show() -> str:
    return "a page"


@faults.route("/faults/post", methods=["POST"])
def only_post() -> NoReturn:
    raise DomainError("Not now.")


@pytest.fixture(scope="module")
def faulty(make_config: Callable[..., Config], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it runs, on a database without tables, with pages that fail."""
    empty = tmp_path_factory.mktemp("empty") / "empty.db"
    app = create_app(make_config(SQLALCHEMY_DATABASE_URI=f"sqlite:///{empty}", TESTING=False, WTF_CSRF_ENABLED=True))
    app.register_blueprint(faults)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("faults."):
            view.is_public = True  # type: ignore[attr-defined]
    return app


@pytest.fixture
def visitor(faulty: Flask) -> FlaskClient:
    return faulty.test_client()


def shown(response: TestResponse) -> BeautifulSoup:
    assert response.headers["Cache-Control"] == "no-store"
    found = BeautifulSoup(response.text, "html.parser")
    assert len(found.select("h1")) == 1
    return found


def test_an_unknown_address_gives_a_sentence_and_a_way_on(client: TrackerClient) -> None:
    response = client.get("/no-such-page")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert page(response).h1.text == "There is no such page"
    assert page(response).select_one("main a.btn-primary")["href"] == "/"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 429, 501, 503])
def test_every_refusal_is_a_page_without_inner_detail(visitor: FlaskClient, status: int) -> None:
    response = visitor.get(f"/faults/{status}")

    assert response.status_code == status
    assert shown(response).select_one("main .lede").text.endswith(".")
    assert "inner detail" not in response.text


def test_headers_that_belong_to_an_error_are_kept(visitor: FlaskClient) -> None:
    assert visitor.get("/faults/429").headers["Retry-After"] == "30"
    assert visitor.get("/faults/post").headers["Allow"]


def test_a_broken_rule_is_told_in_its_own_words_as_text(visitor: FlaskClient) -> None:
    response = visitor.get("/faults/domain")

    assert response.status_code == 409
    assert shown(response).select_one(".lede").text.startswith("The round is closed <b>since</b> Friday.")


def test_a_mistake_of_ours_shows_an_id_that_stands_in_the_log(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = visitor.get("/faults/mistake")

    error_id = shown(response).select_one("main strong").text
    assert response.status_code == 500
    assert any(error_id in record.message for record in caplog.records if record.name == "tracker.core.errorpages")
    assert not any(word in response.text for word in ("SELECT", "secret_table", "/srv/", "ValueError", "Traceback"))


def test_programs_are_answered_in_json(visitor: FlaskClient) -> None:
    missing = visitor.get("/api/v1/no-such-thing")
    refused = visitor.get("/api/v1/faults/domain")
    failed = visitor.get("/api/v1/faults/mistake")

    assert (missing.status_code, missing.json["code"], missing.json["status"]) == (404, 404, "Not Found")
    assert (refused.status_code, refused.json["message"]) == (409, "The round is closed.")
    assert (failed.status_code, failed.json["status"]) == (500, "Internal Server Error")
    assert "secret_table" not in failed.text
    assert {each.headers["Cache-Control"] for each in (missing, refused, failed)} == {"no-store"}


def test_a_form_without_its_token_says_what_to_do(visitor: FlaskClient) -> None:
    response = visitor.post("/faults/domain", data={"x": "1"})

    assert response.status_code == 400
    assert shown(response).h1.text == "This form was open for too long"


@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xe9.pdf"\r\n\r\nz\r\n--x--\r\n', "x"),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\nz', "x"),
        (b"anything", ""),
    ],
)
def test_a_body_that_cannot_be_read_is_not_told_as_a_form_open_for_too_long(
    visitor: FlaskClient, body: bytes, boundary: str
) -> None:
    kind = f"multipart/form-data; boundary={boundary}"

    response = visitor.post("/faults/domain", data=body, content_type=kind)

    assert response.status_code == 400
    assert shown(response).h1.text == "This could not be understood"
    assert "give it a name without special letters" in response.text


def way_back(response: TestResponse) -> str:
    assert response.status_code in (400, 409)
    return str(shown(response).select_one("main a.btn-primary")["href"])


def test_the_way_back_is_the_page_before(visitor: FlaskClient) -> None:
    response = visitor.get("/faults/domain", headers={"Referer": "http://localhost/faults/page?x=1"})

    assert way_back(response) == "/faults/page"


def test_the_way_back_from_a_form_is_the_page_it_stands_on(visitor: FlaskClient) -> None:
    assert way_back(visitor.post("/faults/domain")) == "/faults/domain"


@pytest.mark.parametrize(
    "referer",
    [
        "http://evil.example/faults/page",
        "http://localhost@evil.example/faults/page",
        "//evil.example/faults/page",
        "http://localhost//evil.example",
        "http://localhost/\\evil.example",
        "http://localhost/no-such-page",
        "http://localhost/static/tracker.css",
        "http://localhost/faults/post",
        "javascript:alert(1)",
        "http://[broken",
        "",
    ],
)
def test_the_way_back_never_leads_elsewhere(visitor: FlaskClient, referer: str) -> None:
    response = visitor.get("/faults/domain", headers={"Referer": referer})

    assert way_back(response) == "/"


def test_the_answer_to_a_mistake_needs_no_database(faulty: Flask) -> None:
    text = (Path(faulty.root_path).parent / "templates" / "layouts" / "bare.html").read_text()

    assert not any(name in text for name in ("person_here", "menu_entries", "has_sample_data", "flashes", "named"))
