"""The Jinja2 environments that everything readers see goes through."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import NoReturn

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.meta import find_referenced_templates
from markupsafe import Markup

from weekly.errors import BrokenTemplate
from weekly.render.columns import columns
from weekly.render.languages import lang
from weekly.render.markdown import escape, to_html, to_text
from weekly.render.paths import file_name, on_the_web
from weekly.text.vocabulary import vocabulary

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "templates"
PACKAGED = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent.parent / "templates"
"""The templates that come with the package: inside a wheel, or at the top of a checkout."""


class _Files(FileSystemLoader):
    """Templates of several folders; one that appears in an earlier folder replaces what was loaded from a later one."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text, its path, and what tells whether both still hold."""
        source, path, same = super().get_source(environment, template)
        places = [Path(folder, template) for folder in self.searchpath]
        earlier = places[: places.index(Path(path))]
        return source, path, lambda: same() and not any(one.exists() for one in earlier)


class _Compiled(BytecodeCache):
    """Templates compiled once in a process, in which workspaces are opened many times."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of the same text."""
        if (known := self._known.get(bucket.key)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Environment(Environment):
    """What is wrong with a template is one line that names its file, its line and the mend."""

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raises BrokenTemplate for a fault of the template, and what a value raised as it is."""
        try:
            super().handle_exception(source)
        except TemplateError as error:
            raise BrokenTemplate(f"{_place(error)}: {error.message or error}: {_mend(error)}") from error


def _place(error: TemplateError) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}, line {error.lineno}"
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else "a template"


def _mend(error: TemplateError) -> str:
    if str(PACKAGED) in _place(error):
        return "delete or mend the template of yours that uses it"
    return "mend it; 'weekly templates diff' shows what the package has changed since it was copied"


@cache
def program_version() -> str:
    """Another one as soon as the code that makes pages is another."""
    whole = hashlib.sha256()
    for room in ("render", "formats", "text"):
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            whole.update(path.read_bytes())
    return whole.hexdigest()


def template_version(templates: Environment, name: str) -> str:
    """Another one as soon as the template *name* is another, or one that it extends, includes or imports."""
    whole, wanted, seen = hashlib.sha256(), [name], set()
    while wanted:
        name = wanted.pop()
        if name not in seen and templates.loader:
            seen.add(name)
            source = templates.loader.get_source(templates, name)[0]
            whole.update(f"{name}\0{source}\0".encode())
            wanted += _references(templates, source) if name.endswith(".j2") else ()
    return whole.hexdigest()


@lru_cache(maxsize=200)  # templates name the same few others
def _references(templates: Environment, source: str) -> list[str]:
    """The templates that a template of this *source* names."""
    return sorted(filter(None, find_referenced_templates(templates.parse(source))))


def environment(owner: Iterable[Path] = ()) -> Environment:
    """An environment in which a file in one of the *owner*'s folders replaces ours of the same name.

    Names that end in `.html.j2`, `.xml.j2` or `.mjml.j2` escape what they print; Markdown and text templates do
    not. A name that the template misspells is an error, never an empty place in a published issue.
    """
    made = _Environment(
        loader=_Files([*owner, PACKAGED]),
        autoescape=select_autoescape(("html.j2", "xml.j2", "mjml.j2"), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters["escape_markdown"] = escape
    made.filters["markdown"] = lambda text: Markup(to_html(text))  # noqa: S704 - sanitised there
    made.filters["markup"] = to_html  # the same as text, for where HTML is quoted
    made.filters["plain"] = to_text
    made.filters["columns"] = columns
    made.filters["lang"] = lang
    made.filters["file_name"] = file_name
    made.filters["on_the_web"] = on_the_web
    made.filters["vocabulary"] = vocabulary
    made.filters["host"] = lambda url: url.split("/")[2]
    return made
