"""Which sentences of the sources name an institution, under any of its names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.claims.institutions import Mention, mentions
from weekly.claims.words import words

_KINDS = {
    "大学": "University|Universit|Institute|College",
    "学院": "College|School|Institute|Academy",
    "研究院": "Institute|Academy|Research",
    "研究所": "Institute|Research",
    "科学院": "Academy",
    "医院": "Hospital|Clinic",
    "实验室": "Lab",
}
_GENERIC = words("institutional")


class InstitutionIndex:
    """The institutions of sentences, each with the sentences that name it."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        self._known: dict[str, set[int]] = {}
        for at, sentence in enumerate(sentences):
            for mention in mentions(sentence):
                self._known.setdefault(mention.known, set()).add(at)

    def find(self, mention: Mention) -> frozenset[int] | None:
        """The sentences that name the institution of *mention*; None when no source does."""
        if mention.known:
            # "Alibaba" for "AMAP, Alibaba Group": a part of what the source names in full.
            names = (name for name in self._known if name == mention.known or (name and _within(mention.known, name)))
            found = {at for name in names for at in self._known[name]}
        else:
            found = self._as_written(mention.text)
        return frozenset(found) or None

    def _as_written(self, text: str) -> set[int]:
        if text.isascii():
            words = [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if word not in _GENERIC]
            return (
                {at for at, one in enumerate(self._sentences) if text.casefold() in one.casefold()} if words else set()
            )
        written = {at for at, one in enumerate(self._sentences) if text in one}
        # That it is the Chinese name of an institution that the source names in Latin letters cannot be told from it.
        kind = next((latin for chinese, latin in _KINDS.items() if text.endswith(chinese)), "")
        return written or {at for at in self._known.get("", ()) if kind and re.search(kind, self._sentences[at])}


def _within(part: str, whole: str) -> bool:
    stem = part.removesuffix(" Group").removesuffix(" Technology").removesuffix(" AI")
    return re.search(rf"(?<![A-Za-z]){re.escape(stem)}(?![A-Za-z])", whole) is not None
