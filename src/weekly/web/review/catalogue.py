"""The strings of the review page in the editor's language, all of them from one file: `zh.toml`.

English stands in templates and scripts and is the key. A string without a translation stays English and is marked so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
"""The languages of the page, each by its own name."""
TAGS: Mapping[str, str] = {"zh": "zh-Hans", "en": "en"}
"""Their tags in HTML (https://www.rfc-editor.org/rfc/rfc5646)."""
_LANG = {"": Markup(), **{tag: Markup(' lang="{}"').format(tag) for tag in TAGS.values()}}
_FILE = Path(__file__).with_name("zh.toml")
_PLACE = re.compile(r"\{(\w+)\}")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Catalogue:
    """What the page says, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        sections = tomllib.loads(_FILE.read_text(encoding="utf-8")) if language == "zh" else {}
        self._strings: dict[str, str] = {**sections.get("page", {}), **sections.get("script", {})}
        self.script: Mapping[str, str] = sections.get("script", {})
        """What the scripts say, for the page to carry along."""
        self._messages: list[tuple[re.Pattern[str], str]] = [
            (_pattern(text), translated) for text, translated in sections.get("messages", {}).items()
        ]

    def say(self, text: str, **named: object) -> str:
        """*text*, which is English and may have `{places}`, with *named* in them."""
        return self._strings.get(text, text).format(**named) if named else self._strings.get(text, text)

    def message(self, text: str) -> tuple[str, str]:
        """A line that another part of the program wrote, and its language where that is not the page's."""
        if self.language == "en":
            return text, ""
        parts = [self._known(part) for part in text.split("; ")]
        known = "；".join(filter(None, parts)) if all(parts) else self._known(text)
        return (text, self.tag_of(text)) if known is None else (known, "")

    def _known(self, text: str) -> str | None:
        if " " not in text:
            return self._strings.get(text, text)
        if known := self._strings.get(text):
            return known
        for pattern, translated in self._messages:
            if match := pattern.fullmatch(text):
                return translated.format(
                    **{name: self._known(part) or part for name, part in match.groupdict().items()}
                )
        return None

    def told(self, text: str) -> Markup:
        """The same as HTML."""
        translated, tag = self.message(text)
        return Markup('<span lang="{}">{}</span>').format(tag, translated) if tag else escape(translated)

    def tag_of(self, text: str) -> str:
        """The language of *text* if it is not the page's, as far as its letters show it; otherwise nothing."""
        if not any(char.isalpha() for char in text):
            return ""
        language = "zh" if _HAN.search(text) else "en"
        return "" if language == self.language else TAGS[language]

    def lang(self, text: str) -> Markup:
        """The attribute `lang` of an element that holds *text*, where one is needed."""
        return _LANG[self.tag_of(text)]


@cache
def catalogue(language: str) -> Catalogue:
    """The strings in *language*: `zh` or `en`."""
    return Catalogue(language)


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    pieces = [f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    return re.compile("".join(pieces), re.DOTALL)
