"""Every template compiles, imports what exists, uses what it imports, and keeps to the rules of the look."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes
from jinja2.visitor import NodeVisitor

TEMPLATES = Path(__file__).parent.parent / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [name for name in NAMES if name.endswith(".html")]


class Names(NodeVisitor):
    """Collects the names that a template reads."""

    def __init__(self) -> None:
        self.read: set[str] = set()

    def visit_Name(self, node: nodes.Name) -> None:  # noqa: N802 - the visitor's own spelling
        if node.ctx == "load":
            self.read.add(node.name)


def imports(tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """Yield the template, the name there and the name here of each import."""
    for found in tree.find_all(nodes.FromImport):
        assert isinstance(found.template, nodes.Const)
        for name in found.names:
            there, here = name if isinstance(name, tuple) else (name, name)
            yield found.template.value, there, here


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_uses_what_it_imports(app: Flask, name: str) -> None:
    tree = app.jinja_env.parse((TEMPLATES / name).read_text())
    app.jinja_env.get_template(name)
    names = Names()
    names.visit(tree)

    for template, there, here in imports(tree):
        assert hasattr(app.jinja_env.get_template(template).module, there), f"{template} has no {there}"
        assert here in names.read, f"{here} is imported and not used"


@pytest.mark.parametrize("name", PAGES)
def test_a_template_has_no_inline_style_script_or_foreign_address(name: str) -> None:
    if name.startswith("mail/"):
        pytest.skip("the styles of mail are put inline on sending")
    text = (TEMPLATES / name).read_text()

    assert not re.search(r"<[a-z][^<>]*\s(style|on[a-z]+)=", text)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text)
    assert "| safe" not in text
    assert "|safe" not in text
