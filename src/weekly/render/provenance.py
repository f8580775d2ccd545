"""What an issue's files are made of beside its content: the program, the templates, the settings that they show.

It is written down when an issue is published, so that a file which renders differently later can be explained.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.exceptions import TemplateError
from jinja2.meta import find_referenced_templates

from weekly import __version__
from weekly.render.documents import TEMPLATES
from weekly.settings import Settings

ENTRIES: Mapping[str, str] = {
    "issue.md": TEMPLATES["digest"],
    "index.html": "site/issue.html.j2",
    "email.html": "email/issue.mjml.j2",
    "email.txt": "email/issue.txt.j2",
}
"""The template that each file begins with; a file that is not here has none."""
_SHOWN = ("title", "language", "timezone", "url", "postal_address", "sender")


def provenance(settings: Settings, templates: Environment) -> dict[str, Any]:
    """The version, each template's SHA-256 and each setting, as plain values."""
    newsletter = settings.newsletter.model_dump(include=set(_SHOWN))
    named = {f"topics.{topic.slug}": [topic.name, topic.name_en] for topic in settings.topics}
    behind = {name for entry in ENTRIES.values() for name in closure(templates, entry)}
    return {
        "weekly": __version__,
        "templates": {name: _fingerprint(templates, name) for name in sorted(behind)},
        "settings": {**{f"newsletter.{name}": value for name, value in newsletter.items()}, **named},
    }


def closure(templates: Environment, name: str) -> tuple[str, ...]:
    """The template called *name* and all that it includes, imports or extends."""
    names, ahead = [], [name]
    while ahead:
        current = ahead.pop()
        if current in names:
            continue
        names.append(current)
        source, _ = _source(templates, current)
        if source:
            ahead += [template for template in find_referenced_templates(templates.parse(source)) if template]
    return tuple(names)


def provenance_changes(then: Mapping[str, Any], settings: Settings, templates: Environment, file: str) -> Iterator[str]:
    """What is another than *then* of what the file called *file* is made of, in words; nothing when nobody knows."""
    if not then:
        return
    now = provenance(settings, templates)
    behind = closure(templates, ENTRIES[file]) if file in ENTRIES else ()
    for name in behind:
        if then["templates"].get(name) != now["templates"].get(name):
            yield f"{_whose(templates, name)} changed"
    for name, value in now["settings"].items():
        if then["settings"].get(name) != value:
            yield f"the setting {name} changed"
    if then["weekly"] != now["weekly"]:
        yield f"it was made by weekly {then['weekly']}, this is {now['weekly']}"


def _whose(templates: Environment, name: str) -> str:
    _, path = _source(templates, name)
    loader: Any = templates.loader
    packaged = str(Path(loader.searchpath[-1]))
    return f"weekly's template {name}" if path.startswith(packaged) else f"your template {name}"


def _fingerprint(templates: Environment, name: str) -> str:
    return hashlib.sha256(_source(templates, name)[0].encode()).hexdigest()


def _source(templates: Environment, name: str) -> tuple[str, str]:
    assert templates.loader is not None
    try:
        source, path, _ = templates.loader.get_source(templates, name)
    except TemplateError:
        return "", ""
    return source, path or ""
