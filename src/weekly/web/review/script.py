"""The review page's modules as one script: on a slow line a browser waits for one file, not for rounds of twenty."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?:(\{[^}]+\}) from )?"\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class) (\{[^}]+\}|[\w$]+))", re.MULTILINE)


def script(folder: Path, entry: str) -> str:
    """The module *entry* of *folder* and all that it imports, each in a scope of its own, before those that use it.

    Our modules import by name from their own folder and export constants and classes where they are declared; a circle
    of imports is a ValueError.
    """
    made: dict[str, str] = {}
    _add(folder, entry, made, ())
    return "\n".join(made.values())


def _add(folder: Path, name: str, made: dict[str, str], within: tuple[str, ...]) -> None:
    if name in within:
        raise ValueError(f"modules import in a circle: {' → '.join((*within, name))}")
    if name in made:
        return
    text = (folder / f"{name}.js").read_text("utf-8")
    for _, needed in _IMPORT.findall(text):
        _add(folder, needed, made, (*within, name))
    exports = ", ".join(names.strip("{} ") for names in _EXPORT.findall(text))
    body = _IMPORT.sub(lambda found: f"const {found[1]} = {_scope(found[2])};\n" if found[1] else "", text)
    made[name] = f"const {_scope(name)} = (() => {{\n{_EXPORT.sub('', body)}\nreturn {{ {exports} }};\n}})();"


def _scope(name: str) -> str:
    return f"module_{name}"
