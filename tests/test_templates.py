"""Every template compiles, uses what it imports, and has its words translated."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

FOLDER = Path(__file__).resolve().parents[1] / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
#: Shown to developers only.
UNTRANSLATED = ("dev/",)
#: Words that are the same in every language.
NAMES = {"NATC", "SEE", "ICMPD", "UTC", "ICS", "CSV", "PDF", "SVG"}


def parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((FOLDER / name).read_text())


def words_outside_translation(template: nodes.Template) -> set[str]:
    """Words that a person would read and that stand in the template itself."""
    pieces = [
        piece.data if isinstance(piece, nodes.TemplateData) else " "
        for output in template.find_all(nodes.Output)
        for piece in output.nodes
    ]
    page = "".join(pieces)
    spoken = " ".join(re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', page))
    text = spoken + re.sub(
        r"<!--.*?-->|<(style|script)\b.*?</\1>|<[^>]*>|[\w-]+=\"[^\"]*\"", " ", page, flags=re.DOTALL
    )
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"&\w+;", " ", text))) - NAMES


def imported(template: nodes.Template) -> Iterator[str]:
    for each in template.find_all(nodes.FromImport):
        for name in each.names:
            yield name[1] if isinstance(name, tuple) else name


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_uses_what_it_imports(app: Flask, name: str) -> None:
    template = parsed(app, name)
    used = {each.name for each in template.find_all(nodes.Name)}

    assert [each for each in imported(template) if each not in used] == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith(UNTRANSLATED)])
def test_the_words_of_a_template_are_translated(app: Flask, name: str) -> None:
    assert words_outside_translation(parsed(app, name)) == set()
