"""What a browser does with the forms of reporting."""

from typing import Final

from werkzeug.test import TestResponse

from tests.client import TrackerClient, page
from tracker.accounts.models import AccountLink
from tracker.accounts.services.links import token_of
from tracker.progress.models import Item

#: An answer that can be submitted, as it is typed.
COMPLETE: Final = {
    "status": "in_place",
    "narrative": "The fund was set up.",
    "cleared_by_name": "State secretary",
    "cleared_by_function": "Ministry of Justice",
    "cleared_on": "2026-11-20",
}


def fields_in(response: TestResponse) -> dict[str, str | list[str]]:
    """Return what a browser sends for the form in the main part of a page, nothing changed."""
    forms = page(response).select("main form[method=post]")
    form = next(form for form in forms if form.select("[name]:not([type=hidden])"))
    sent: dict[str, str | list[str]] = {}
    for field in form.select("input, textarea, select"):
        name, kind = str(field.get("name", "")), field.get("type")
        if not name or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[name] = str(chosen["value"]) if chosen else ""
        elif field.name == "textarea":
            sent[name] = field.text.lstrip("\r\n")
        elif kind == "checkbox":
            before = sent.setdefault(name, [])
            assert isinstance(before, list)
            before.append(str(field.get("value", "y")))
        else:
            sent[name] = str(field.get("value", ""))
    return sent


def hidden_in(response: TestResponse) -> dict[str, str]:
    """Return the hidden fields of the form that leads on, where there is nothing to type."""
    form = page(response).select("main form[method=post]")[-1]
    return {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}


def address_of(item: Item) -> str:
    return f"/items/{item.id}/update"


def typed(client: TrackerClient, item: Item, **changes: object) -> dict[str, object]:
    """Open the form and return what is sent after these changes."""
    return fields_in(client.get(address_of(item))) | changes


def save(client: TrackerClient, item: Item, **changes: object) -> None:
    """Open the form, change it and save the draft."""
    response = client.post(address_of(item), data=typed(client, item, **changes))
    assert response.location == address_of(item)


def submit(client: TrackerClient, item: Item, **changes: object) -> None:
    """Write a complete answer, check it and submit it."""
    address = address_of(item)
    response = client.post(address, data=typed(client, item, **(COMPLETE | {"check": "1"} | changes)))
    assert response.location == f"{address}/check"
    response = client.post(f"{address}/submit", data=hidden_in(client.get(f"{address}/check")))
    assert response.status_code == 302


def place_of(link: AccountLink) -> str:
    """The address that the mail with a link names."""
    return f"/work/by-link/{token_of(link)}"
