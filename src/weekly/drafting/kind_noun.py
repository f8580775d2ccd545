"""What sort of thing a paper proposes: the head noun of its proposal ("we introduce X, a … benchmark")."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from pathlib import Path

_PROPOSES = re.compile(
    r"\b(?:introduc|present|propos|develop|releas|describ|build|design|construct|creat|contribut|offer|provid|formulat"
    r"|establish|devis|unveil|curat|conduct|perform|giv)(?:es?|ed|ing|s)?\b\s+(?!to\b)([^.;]{3,240})"
    r"|\bbuilt\s+([^.;]{3,240})",
    re.IGNORECASE,
)
_PROPOSE = "提出"
_PUTS = re.compile(r"(?:introduc|propos|present|releas|develop|named|called|dubbed)\w*\b[^.;]{0,60}$")
"""What stands before the name of a work that is put before readers."""
_THIS = r"this (?:\w+ )?(?:paper|work|report|study|article|survey|review|research|tutorial)"
_PROPOSED = re.compile(r"\s(?:is|are) (?:\w+ly )?(?:proposed|introduced|presented|developed)\b")
_OURS = re.compile(rf"\b(?:we|our|{_THIS}|the paper|herein)\b", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"\b(?:that|which|of|to|for|by|via|using|with|based (?:up)?on|capable|designed|in|on|from|through|where|whose|under"
    r"|as|at|called|named|termed|dubbed|aimed|aiming|tailored|specifically|built|trained|comprising|consisting"
    r"|including|containing|leveraging|combining|enabling|and|while|when|is|are|towards?)\b|[,:()—–]|--",
    re.IGNORECASE,
)
_SURVEYS = re.compile(
    rf"\b(?:we|{_THIS}) (?:\w+ly )?(?:survey|review|summari[sz]e)s?\b"
    r"|\bsurvey\b.{0,20}\b(?:covers|provides|examines)\b",
    re.IGNORECASE,
)
_STUDIES = re.compile(
    rf"\b(?:we|{_THIS}|the paper|our (?:study|work))\b.{{0,40}}?\b(?:stud(?:y|ies)|investigat\w+|analy[sz]\w+|examin\w+"
    r"|explor\w+|evaluat\w+|compar\w+|assess\w*|measur\w+|audit\w*|quantif\w+|reveal\w*|find|found|show|observe"
    r"|discuss\w*|demonstrat\w+|argu\w+|address\w*|formali[sz]\w+|identif\w+|prov\w+|report\w*|revisit\w*"
    r"|characteri[sz]\w+)\b",
    re.IGNORECASE,
)
_EVALUATES = re.compile(
    rf"\b(?:we|{_THIS}|the paper|our (?:study|work))\s(?:\w+\s){{0,2}}?(?:evaluat|assess|audit|benchmark|measur)\w*\b",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"\b(?:an?|systematic|comprehensive|literature) (?:survey|review)\b|\b(?:survey|review) (?:of|on)\b"
    r"|^(?:survey|review)\b",
    re.IGNORECASE,
)
"""Titles of surveys."""
_PARTICIPLE = re.compile(r"(?!based)\w{3,}(?:ing|ed|ly)|built|made")
_PIECES = 5
"""Stretches of a proposal in which its noun is looked for: a name, and what stands beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindNoun:
    """A sort of thing, as readers of each language call it."""

    zh: str
    en: str
    verb: str = _PROPOSE
    """How it is put before readers, in Chinese."""
    before: str = ""
    """The source's words before it: "a visual captioning" framework."""


def kind_noun(title: str, sentences: Sequence[str], opening: str, name: str = "") -> KindNoun | None:
    """What the paper proposes: by the sentences that propose its *name*, then by its *opening*, then by *sentences*.

    Where no sentence says, by its *title*.
    """
    if _TITLES.search(title):
        return _nouns()["survey"]
    named = list(_naming(sentences, name)) if name not in {"", title} else []
    others = (one for one in sentences if one != opening and _OURS.search(one))
    proposals = list(dict.fromkeys([*named, opening, *others]))
    titled = next(_heads(title.partition(":")[2] or title), None)
    # A named work that its proposal gives no noun ("X, a pioneering work to …"): later nouns are those of its parts.
    first = [titled] if named and titled and titled.verb == _PROPOSE else []
    before, after = proposals[: len(named)], proposals[len(named) :]
    for noun in chain(_proposed_in(before), first, _proposed_in(after)):
        return noun
    for word, rule in (("survey", _SURVEYS), ("evaluation", _EVALUATES), ("study", _STUDIES)):
        if any(rule.search(one) for one in proposals):
            return _nouns()[word]
    return titled


def _proposed_in(sentences: Sequence[str]) -> Iterator[KindNoun]:
    return (noun for sentence in sentences for noun in _proposed(sentence))


def _naming(sentences: Sequence[str], name: str) -> Iterator[str]:
    """The sentences that propose *name*, and what the next one says that "it" is, as if it were proposed there."""
    for at, sentence in enumerate(sentences):
        if name in sentence and any(map(_PUTS.search, sentence.split(name)[:-1])):
            yield sentence
            if at + 1 < len(sentences) and (said := re.match(r"It is (an? [^.;]+)", sentences[at + 1])):
                yield f"We propose {said[1]}"


def _proposed(sentence: str) -> Iterator[KindNoun]:
    passive = (sentence[: match.start()][-160:] for match in _PROPOSED.finditer(sentence))
    active = (match[1] or match[2] for match in _PROPOSES.finditer(sentence))
    for phrase in (*passive, *active):
        proposed = re.sub(r"\s*\([^()]*\)", "", phrase)
        proposed = re.split(r",? \b(?:which|that|where|whose|(?<!way )to|for)\b", proposed, maxsplit=1)[0]
        yield from islice(_heads(proposed), 1)


def _heads(phrase: str) -> Iterator[KindNoun]:
    return filter(None, map(_head, _BOUNDARY.split(phrase)[:_PIECES]))


def _head(phrase: str) -> KindNoun | None:
    """The sort of thing that a phrase names: its last word, or one before a participle ("a benchmark measuring …")."""
    places = list(re.finditer(r"[A-Za-z][\w-]*", phrase))
    written = [place[0] for place in places]
    words = [word.lower() for word in written]
    for at in range(len(words)):
        behind = words[at + 1] if at + 1 < len(words) else ""
        if at == 0 and behind and words[0].endswith("ing"):
            continue  # "embedding prompts" does so, and is no embedding
        called = behind and re.search(r"\w[A-Z]|\d", written[at + 1])
        if behind and not called and (not _PARTICIPLE.fullmatch(behind) or _known(behind)):
            continue
        for start in (max(0, at - 1), at):
            if found := _known(" ".join(words[start : at + 1])):
                return replace(found, before=phrase[: places[start].start()].strip())
    return None


def _known(word: str) -> KindNoun | None:
    forms = (word, word.removesuffix("s"), word.rpartition("-")[2].removesuffix("s"))
    return next((found for form in forms if (found := _nouns().get(form))), None)


@cache
def _nouns() -> dict[str, KindNoun]:
    rows = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))["kinds"]
    table: dict[str, KindNoun] = {}
    for row in rows:
        noun = KindNoun(zh=row["zh"], en=row["en"], verb=row.get("verb", _PROPOSE))
        for word in row["says"]:
            table.setdefault(word, noun)
    return table
