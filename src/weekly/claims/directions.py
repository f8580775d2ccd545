"""Directions that a text turns round: 准确率降低 6.3% where the source improves it, A 劣于 B where it outperforms B.

What is found is worth a look, no more: the words beside a number or a measure are compared, not the sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property

from weekly.claims import numbers, terms
from weekly.claims.number_index import NumberIndex

_UP = r"提升|提高|增加|增长|上升|升高|升至|改善|增强(?=了|其|模型)|增大|延长"
_DOWN = r"降低|减少|(?<!梯度)下降|减小|缩短|削减|节省|减弱|恶化|下滑|降至|降到"
_BEHIND = r"劣于|不如|逊于|低于|落后于?|不及|弱于"
_VERB = re.compile(rf"(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<behind>{_BEHIND})")
_CLAUSE = re.compile(r"[，。；：！？、;\n]|,\s|但|并且|同时|而")
_END = re.compile(r"并|和(?=[^，]{0,4}$)|以及|[在对于]")
"""Where what a verb is about ends: 提升模型在噪声下的… is about the model."""
_FROM_TO = re.compile(
    r"(?:从|由)(?P<from>[^，。；]{1,24}?)(?:(?P<up>提升|提高|增加|增长|上升|升)|(?P<down>降低|减少|下降|缩短|降|减))(?:到|至|为)(?P<to>[^，。；]{1,16})"
)
_HINT = re.compile("[提增上升改延降减下缩削节恶劣不逊低落弱]")
"""A sign of each of these words; most sentences have none."""
_NO_CHANGE = re.compile(
    r"[不未无没]$|[不未无没][^，。；]{0,3}$|避免|防止|缓解|抑制|解决|问题|如何|是否|差距|导致|可能|虽|分别"
)
"""What turns a direction round by itself, or speaks of no result."""
_REACH = 14
"""Characters within which a number or a measure belongs to the verb before it."""
_LONGER = 3
"""Characters by which a measure that begins there may go on."""
_NEAR = 8
"""English words within which a direction belongs to a measure."""
_AT_COST = re.compile(r"\bat (?:the|a) (?:cost|expense|price) of\b")
_WORD = re.compile(r"[a-z]+")
_RISING = (
    "improv increas gain boost enhanc rais rise rising grow grew higher highest better best outperform exceed surpass"
    " speedup faster accelerat superior strengthen elevat more larger promot advanc upgrad benefit excel greater doubl"
    " tripl rose maximi ahead lead extend recover expan above over"
)
_FALLING = (
    "reduc decreas drop declin lower lowest less fewer fall fell cut sav degrad shorten minimi mitigat worse worst"
    " underperform alleviat suppress compress shrink smaller smallest eliminat weaken collaps hurt harm deteriorat"
    " suffer diminish loss lose losing reliev halv declin trade sacrific compromis down ineffici expense"
)
_FIGURE = re.compile(r"了?[约近]?\s?\d")
_SIDES = {1: tuple(_RISING.split()), -1: tuple(_FALLING.split())}
_INFERIOR = re.compile(
    r"\b(?:underperform|inferior|worse|behind|lag|slow|suffer|below|short of|trail|weaker|inadequate)\w*"
    r"|\b(?:surpass|outperform)ed by\b|\b(?:lower|less|fewer|smaller|poorer) [\w ,]{0,30}than\b"
    r"|\b(?:not|never|nor|fails? to|unable to|cannot|without|hardly|barely) (?:\w+ ){0,3}"
    r"(?:outperform|surpass|exceed|beat|match|reach|achieve|improve)",
    re.IGNORECASE,
)


class DirectionIndex:
    """The words of sentences, with those of rising and falling among them."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences

    @cached_property
    def _rows(self) -> list[tuple[str, ...]]:
        return [tuple(_WORD.findall(_AT_COST.sub("sacrificing", one.lower()))) for one in self._sentences]

    @cached_property
    def _sides(self) -> list[tuple[int, ...]]:
        return [tuple(map(_side, row)) for row in self._rows]

    @cached_property
    def _numbers(self) -> NumberIndex:
        return NumberIndex(self._sentences)

    @cached_property
    def _inferior(self) -> bool:
        return any(map(_INFERIOR.search, self._sentences))

    def turned(self, sentence: str) -> Iterator[str]:
        """The words of *sentence* that the sources say the other way round."""
        if sentence.isascii() or not _HINT.search(sentence):
            return
        for match in _FROM_TO.finditer(sentence):
            low, high = (numbers.stated(match[name]) for name in ("from", "to"))
            if low and high and (low[-1].values[0] < high[0].values[0]) != bool(match["up"]):
                yield match[0]
        for clause in _CLAUSE.split(_FROM_TO.sub("，", sentence)):
            verbs = list(_VERB.finditer(clause))
            for at, match in enumerate(verbs):
                start = max(verbs[at - 1].end() if at else 0, match.start() - _REACH)
                end = min(verbs[at + 1].start() if at + 1 < len(verbs) else len(clause), match.end() + _REACH)
                before, after = clause[start : match.start()], _END.split(clause[match.end() : end])[0]
                beyond = _END.split(clause[match.end() : end + _LONGER])[0]
                term = _term(beyond, end - match.end()) or _term(before, len(before))
                if not _NO_CHANGE.search(before) and self._against(match, term, after):
                    yield before[-8:] + match[0] + after

    def _against(self, match: re.Match[str], term: terms.Translation | None, after: str) -> bool:
        if match["behind"]:
            return not (self._inferior or _FIGURE.match(after))
        side = 1 if match["up"] else -1
        there = {at for number in numbers.stated(after)[:1] for at in self._numbers.find(number) or ()}
        if term:
            return term.sense != side and not self._says(term, side) and not any(self._names(term, at) for at in there)
        if there:
            sides = {one for at in there for one in self._sides[at] if one}
            return bool(sides) and side not in sides
        return side < 0 and not any(side in row for row in self._sides)

    def _names(self, term: terms.Translation, at: int) -> bool:
        return any(word.startswith(term.beginnings) for word in self._rows[at])

    def _says(self, term: terms.Translation, side: int) -> bool:
        """Whether a source speaks of *term* near a word of that *side*; performance goes by any name, or none."""
        beginnings = terms.good() if "perform" in term.beginnings else term.beginnings
        if "perform" in term.beginnings and not any(word.startswith(beginnings) for row in self._rows for word in row):
            return any(side in sides for sides in self._sides)
        return any(
            word.startswith(beginnings) and side in sides[max(0, at - _NEAR) : at + _NEAR]
            for row, sides in zip(self._rows, self._sides, strict=True)
            for at, word in enumerate(row)
        )


@cache
def _side(word: str) -> int:
    return next((side for side, beginnings in _SIDES.items() if word.startswith(beginnings)), 0)


def _term(text: str, end: int) -> terms.Translation | None:
    """The last term of *text* that begins before *end*, which the others belong to: 模型推理的速度 is about speed."""
    return next((term for at, term in reversed(list(terms.find(text))) if term.sense and at < end), None)
