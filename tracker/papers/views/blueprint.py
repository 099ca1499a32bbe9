"""The blueprint of papers."""

from flask import Blueprint

bp = Blueprint("papers", __name__)
