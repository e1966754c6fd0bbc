"""A report as one page of HTML that needs nothing else: no network, no script, no other file."""

from __future__ import annotations

from base64 import b64encode
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from portfolio.workbench.report.page import Page, is_number

TEMPLATE = "page.html.j2"


def html(page: Page) -> str:
    """Return a report as HTML."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["base64"] = lambda content: b64encode(content).decode()
    environment.tests["number"] = is_number
    source = files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    return environment.from_string(source).render(page=page)
