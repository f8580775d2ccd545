from __future__ import annotations

from jinja2 import Environment

from weekly.formats import Document, name_of

TEMPLATES = {
    "digest": "digest/issue.md.j2",
    "topic": "topic/page.md.j2",
    "collection": "collection/page.md.j2",
    "handbook": "handbook/chapter.md.j2",
}
"""The template of each format."""


def render(document: Document, environment: Environment) -> str:
    """*document* as Markdown, through the template of its format."""
    return environment.get_template(TEMPLATES[name_of(document)]).render(document=document)
