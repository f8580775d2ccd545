"""How a page's author adds a question: which it is written like, how it is counted, what its id is made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

from weekly.formats.handbook.model import Question

_COUNTED = re.compile(r"(\D*)(\d+)[a-z]?")
_ORDINAL = re.compile(r"(\d+)([ \t]*[.、．][ \t]*)")
_KIND = re.compile(r"(?:\d+[ \t]*[.、．][ \t]*)?([^\s：:，。？?]{1,12})[：:]")
"""What a title calls its question before it asks it: `面试问题：`, `问题8：`."""
_NUMBER = re.compile(r"\d+")
_RECENT = 12
"""Questions whose ids tell the habit: pages change hands."""

_CASES: tuple[Callable[[str], str], ...] = (str, str.lower)
_MARKS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: re.sub(r"[?？。!！]+$", "", text),
    lambda text: re.sub(r"[^\w\s.-]", "", text),
    lambda text: re.sub(r"[^\w\s-]", "", text),
    lambda text: re.sub(r"[：:][ \t]*", "-", text),
    lambda text: re.sub(r"[\W_]+", "-", text).strip("-"),
    lambda text: re.sub(r"[^\w\s?？.-]", "", text),
)
_BLANKS = ("-", " ", "", "_")


def resembled(siblings: Sequence[Question], questions: Sequence[Question], title: str) -> Question:
    """The one that a question called *title* is written like.

    The last that is called what it is (`面试问题：…`), of its chapter's *siblings* or of all *questions*; for a title
    that is called nothing, the last sibling that is called nothing either, a numbered one before others.
    """
    shared = {kind for kind, count in Counter(_kind(each.title) for each in questions).items() if count > 1}
    if (kind := _kind(title)) in shared - {""}:
        return next(each for group in (siblings, questions) for each in reversed(group) if kind == _kind(each.title))
    plain = [each for each in siblings if _kind(each.title) not in shared - {""}] or siblings
    return next((each for each in reversed(plain) if each.number), plain[-1])


def _kind(title: str) -> str:
    match = _KIND.match(title)
    return _NUMBER.sub("0", match[1]) if match else ""


def numbered(siblings: Sequence[Question], model: Question, title: str) -> str:
    """*title* with what a question like *model* has in front behind the *siblings*: `8. `, `问题8：`, or nothing.

    Ordinals count all siblings, whatever these are called; the number within a name counts those of the name.
    """
    if match := _ORDINAL.match(model.title):
        ordinals = [ordinal for each in siblings if (ordinal := _ORDINAL.match(each.title))]
        return f"{int((ordinals[-1] if ordinals else match)[1]) + 1}{match[2]}{title}"
    match = _KIND.match(model.title)
    number = _NUMBER.search(match[1]) if match else None
    if not match or not number:
        return title
    bare = _KIND.sub("", title, count=1) if _kind(title) == _kind(model.title) else title
    return f"{match[0][: number.start()]}{int(number[0]) + 1}{match[0][number.end() :]}{bare}"


def next_id(questions: Sequence[Question], model: Question, title: str) -> str:
    """The id of a question called *title*: the next of a page that counts them (`q-027`), else made like the others.

    Empty where *model* has none: its heading is Markdown.
    """
    if not model.id:
        return ""
    taken = {question.id for question in questions}
    counted = [match for question in questions if (match := _COUNTED.fullmatch(question.id))]
    if counted and len(counted) * 2 > len(questions):
        width = len(counted[-1][2])
        return f"{counted[-1][1]}{max(int(match[2]) for match in counted) + 1:0{width}}"
    first = wanted = _way(questions, model)(title)
    copy = 0
    while wanted in taken:
        copy += 1
        wanted = f"{first}-{copy}"
    return wanted


def _way(questions: Sequence[Question], model: Question) -> Callable[[str], str]:
    """How the page makes ids of titles: the way that gives most of the latest ids, of questions like *model* first."""
    titled = [question for question in questions if question.id]
    alike = [question for question in titled if _kind(question.title) == _kind(model.title)][-_RECENT:]

    def fit(way: Callable[[str], str]) -> tuple[int, int]:
        return _count(way, alike), _count(way, titled)

    return max(_ways(), key=fit)


def _count(way: Callable[[str], str], questions: Sequence[Question]) -> int:
    return sum(way(question.title) == question.id for question in questions)


def _ways() -> Iterator[Callable[[str], str]]:
    """The ways to make an id of a title, the commonest first."""
    return (partial(_make_id, case, mark, blank) for case, mark, blank in product(_CASES, _MARKS, _BLANKS))


def _make_id(case: Callable[[str], str], mark: Callable[[str], str], blank: str, title: str) -> str:
    return re.sub(r"\s+", blank, mark(case(title.strip())))
