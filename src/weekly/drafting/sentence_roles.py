"""The sentences of an abstract that say what a work is, how it works and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from weekly.drafting import cue_phrases as cues
from weekly.drafting.injection import gives_orders
from weekly.text.sentences import split

LONGEST = 560
"""Characters of an extract."""
_LONGEST_RESULT = 400
"""Characters of a result with its figure that is shown whether there is room or not."""
_NAMED = 90
"""Characters of a sentence in which it says what it proposes."""
_TELLING = 4
"""Weight of a result that has a figure."""


class Role(StrEnum):
    """What a sentence of an abstract is for."""

    PROBLEM = "problem"
    PROPOSAL = "proposal"
    HOW = "how"
    RESULT = "result"
    USE = "use"


@lru_cache(maxsize=32)
def roles(text: str) -> tuple[tuple[Role, str], ...]:
    """The sentences of *text*, each with its role by cue words and place; what only points to links is left out."""
    sentences = usable_sentences(text)
    first = _opening_index(sentences) if sentences else 0
    return tuple((_role(sentence, index, first, len(sentences)), sentence) for index, sentence in enumerate(sentences))


def _role(sentence: str, index: int, opening: int, count: int) -> Role:
    if index < opening:
        return Role.PROBLEM
    if index == opening:
        return Role.PROPOSAL
    if cues.RESULT.search(sentence) and index >= count // 2:
        return Role.RESULT
    return Role.USE if cues.USES.search(sentence) and not cues.HOW.search(sentence) else Role.HOW


@lru_cache(maxsize=32)
def usable_sentences(text: str) -> tuple[str, ...]:
    """The sentences of *text* without those that only point to links, and without what is said to language models.

    Kept while a card is made: every part of it begins with them.
    """
    every = split(text)
    if gives_orders(text):
        every = [one for one in every if not gives_orders(one)]
    return tuple(one for one in every if not _points_to_links(one) and not cues.ANNOUNCES.search(one)) or tuple(every)


def _points_to_links(sentence: str) -> bool:
    lowered = sentence.lower()
    return any(hint in lowered for hint in cues.LINK_HINTS) and bool(cues.LINK_ONLY.search(sentence))


def leans(sentence: str) -> bool:
    """Whether the sentence needs the one before it: it begins with "It", "However", "To address this"."""
    return bool(cues.DANGLES.match(sentence)) and not cues.ITS_WORK.match(sentence)


@lru_cache(maxsize=256)
def standalone(sentence: str) -> str:
    """The sentence without a lead-in that points backwards: "To address this, we propose" begins with "We propose"."""
    rest = cues.ADDS.sub(r"\1", cues.LEADS_IN.sub("", sentence))
    if rest == sentence and not leans(bare := cues.ASIDE_LEAD.sub("", sentence)):
        rest = bare
    return rest[:1].upper() + rest[1:] if rest != sentence else sentence


def extract(text: str, longest: int = LONGEST) -> list[str]:
    """The sentences that make the card as it shows them: see `choose` and `for_display`."""
    return for_display(choose(text, longest), longest)


def for_display(sentences: Sequence[str], longest: int = LONGEST) -> list[str]:
    """The sentences of an extract as readers see them.

    The first begins without pointing backwards; numbers of citations are taken out, and a list that would end after its
    first point ends before it.
    """
    plain = [_close_list(_without_pointers(one)) for one in sentences]
    return [
        _cut_at_clause(standalone(one), longest) if at == 0 else _without_aside(one) for at, one in enumerate(plain)
    ]


def _without_pointers(sentence: str) -> str:
    """A sentence without numbers of citations, and without what leads to figures and tables."""
    cited = cues.CITED.sub("", sentence)
    return cues.ASIDE.sub("", cited) if cues.ASIDE_HINT.search(cited) else cited


def _without_aside(sentence: str) -> str:
    """A sentence that would lean on one that may be left out, without the word by which it does."""
    return standalone(sentence) if leans(sentence) and not leans(standalone(sentence)) else sentence


def _close_list(sentence: str) -> str:
    announced = cues.OPEN_LIST.match(sentence) if ":" in sentence or "：" in sentence else None
    if announced is None or re.search(r"(?:\b2|\bii|\bb)\)|②", sentence):
        return sentence
    return f"{announced[1].rstrip(' ,;')}."


def choose(text: str, longest: int = LONGEST, name: str = "") -> list[str]:
    """The sentences that make the card, in their order: see `choose_by_role`."""
    return [sentence for _, sentence in choose_by_role(text, longest, name)]


def choose_by_role(text: str, longest: int = LONGEST, name: str = "") -> list[tuple[Role, str]]:
    """The sentences that make the card, each with its role, in their order, of *longest* characters together at most.

    The proposal opens, one that calls the work by *name* before others; background before it is left out. The result
    with its number and how it works follow, then the rest as far as there is room. A sentence that leans on one that
    was left out ("It …") is left out too. Never cut inside a sentence, unless a single one is longer than a card.
    """
    sentences = usable_sentences(text)
    if not sentences:
        return []
    opening = _opening_index(sentences, name)
    taken = {opening}
    room = longest - len(sentences[opening])
    for index in _by_use(sentences, opening):
        if cues.ITEM.match(sentences[index]) or (leans(standalone(sentences[index])) and index - 1 not in taken):
            continue
        first_result = _result_weight(sentences[index]) >= _TELLING and len(taken) == 1
        if len(sentences[index]) + 1 <= room or (first_result and len(sentences[index]) <= _LONGEST_RESULT):
            taken.add(index)
            room -= len(sentences[index]) + 1
    return [(_card_role(sentences[index], index, opening), sentences[index]) for index in sorted(taken)]


def _card_role(sentence: str, index: int, opening: int) -> Role:
    if index == opening:
        return Role.PROPOSAL
    told = cues.OUTCOME.search(sentence) or not cues.STRONG.search(sentence)
    return Role.RESULT if cues.RESULT.search(sentence) and told else Role.HOW


def _cut_at_clause(sentence: str, longest: int) -> str:
    """A sentence of twice an extract's length is cut at a clause, and says so."""
    if len(sentence) <= 2 * longest:
        return sentence
    head = sentence[:longest]
    at = max(head.rfind(mark) for mark in (", ", "; ", ": ", "，", "；"))
    return (head[:at] if at > longest // 2 else head.rpartition(" ")[0] or head) + " …"


def opening(sentences: tuple[str, ...], name: str = "") -> str:
    """The sentence that makes a card's first: see `choose_by_role`."""
    return sentences[_opening_index(sentences, name)]


@lru_cache(maxsize=32)
def _opening_index(sentences: tuple[str, ...], name: str = "") -> int:
    """The first sentence that proposes something and needs no other; without one the first that stands by itself."""
    standing = [index for index, one in enumerate(sentences) if not leans(standalone(one))] or [0]
    return max(standing, key=lambda index: (_proposal_weight(sentences[index], name), -index))


@lru_cache(maxsize=256)
def _proposal_weight(sentence: str, name: str) -> float:
    found = 2.0 if cues.STRONG.search(sentence) else 1.0 if cues.PROPOSES.search(sentence) else 0.0
    if not found and cues.OURS.search(sentence):
        found = 0.75
    if name and found and any(f"{word} {name}" in sentence for word in ("named", "called", "dubbed", "termed")):
        found = 2.5
    elif name and found and name in sentence[:_NAMED]:
        found += 0.5
    return found - 0.5 if found and cues.REFERS.search(standalone(sentence)) else found


def _by_use(sentences: Sequence[str], opening: int) -> list[int]:
    """The sentences after the opening: the most telling result, the first how, then the rest in order."""
    after = range(opening + 1, len(sentences))
    told = [at for at in after if cues.RESULT.search(sentences[at])]
    results = sorted(told, key=lambda at: -_result_weight(sentences[at]) - at / 100)
    hows = [index for index in after if cues.HOW.search(sentences[index]) and index not in results]
    return list(dict.fromkeys([*results[:1], *hows[:1], *hows[1:], *results, *after]))


@lru_cache(maxsize=256)
def _result_weight(sentence: str) -> int:
    """How telling a result is: one with a figure before others, an overall or best one before a part's."""
    figure = 4 if cues.FIGURE.search(sentence) else 0
    return figure + min(3, len(set(map(str.lower, cues.OVERALL.findall(sentence)))))
