"""Light or dark, chosen on a device."""

from tests.client import TrackerClient, page


def test_a_person_chooses_dark_colours_for_the_device(client: TrackerClient) -> None:
    response = client.post("/colours", data={"theme": "dark"}, follow_redirects=True)

    assert page(response).html["data-bs-theme"] == "dark"
    assert page(response).select_one("input[checked]")["value"] == "dark"
    assert "are set" in page(response).select_one("[role=status]").text


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: TrackerClient) -> None:
    cookie = client.post("/colours", data={"theme": "dark"}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_a_person_goes_back_to_the_colours_of_the_device(client: TrackerClient) -> None:
    client.set_cookie("theme", "light")

    response = client.post("/colours", data={"theme": "device"}, follow_redirects=True)

    assert "data-bs-theme" not in page(response).html.attrs


def test_other_colours_are_refused_beside_the_field(client: TrackerClient) -> None:
    response = client.post("/colours", data={"theme": "pink"})

    assert response.status_code == 200
    assert page(response).title.text.startswith("Error:")
    assert page(response).select_one(".error-summary a")["href"] == "#theme-0"
