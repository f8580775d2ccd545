"""What the evergreen publications say about a work, in the words of its sources; where they say nothing, nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weekly.drafting.material import SourceMaterial
from weekly.drafting.sentence_roles import Role, extract, leans, roles, usable_sentences
from weekly.models import Evidence, Kind, Section
from weekly.render.markdown import escape
from weekly.text import is_chinese
from weekly.text.vocabulary import vocabulary

_LONGEST = 900
"""Characters of a section."""
_POINTS = 5


def sections(material: SourceMaterial, frame: str, language: str) -> tuple[Section, ...]:
    """The sections of the topic page, the collection and the handbook; *frame* is the card's sentence of facts.

    A section about which the sources say nothing is left out.
    """
    told = roles(material.abstract)
    bodies = {
        "topic": (*_parts(material, told), _SectionBody()),
        "collection": _entry(material, told, frame),
        "handbook": (_answer(told, frame),),
    }
    return tuple(
        Section(publication=publication, heading=heading, body=body, evidence=part.evidence)
        for publication, parts in bodies.items()
        for heading, part in zip(vocabulary(language).sections[publication], parts, strict=True)
        if (body := part.body(language))
    )


class _SectionBody:
    """Sentences of a source, shown as a paragraph or as points, after a *text* of our own."""

    def __init__(
        self, sentences: Sequence[str] = (), url: str = "", origin: str = "", text: str = "", *, points: bool = False
    ) -> None:
        self._sentences, self._text, self._points = list(sentences), text, points
        self.evidence = tuple(Evidence(quote=one, url=url, origin=origin, supports=(one,)) for one in sentences)

    def body(self, language: str) -> str:
        """The section's Markdown; empty when no source says anything."""
        if not self._sentences:
            return self._text
        return "\n\n".join(filter(None, [self._text, quotation(self._sentences, language, points=self._points)]))


def quotation(sentences: Sequence[str], language: str, *, points: bool = False) -> str:
    """Sentences of a source, as running text or as *points*; in another language than the issue's set off, and said so.

    What is set off gets the mark of its language in HTML.
    """
    chinese, words = is_chinese("".join(sentences)), vocabulary(language)
    lines = [f"- {escape(one)}" for one in sentences] if points else [escape(running_text(sentences))]
    if chinese is (language != "en"):
        mark = f"{words.quote}{words.colon}" if words.quote else ""
        return "\n".join([mark, "", *lines]).strip() if points else mark + lines[0]
    return "\n".join([f"{words.foreign_quote}{words.colon.strip()}", "", *(f"> {line}" for line in lines)])


def running_text(sentences: Sequence[str]) -> str:
    """Sentences as one text, each with its end."""
    text = " ".join(one if one[-1:] in ".!?。！？…" else f"{one.rstrip(';:')}." for one in sentences)
    return re.sub(r"(?<=[。！？]) ", "", text)


def _parts(
    material: SourceMaterial, told: Sequence[tuple[Role, str]]
) -> tuple[_SectionBody, _SectionBody, _SectionBody]:
    """概述, 方法, 实验: from the abstract, the last two from the paper's own sections where its page has them."""
    url = material.work.lead.url
    overview = first_sentences([one for role, one in told if role in {Role.PROBLEM, Role.PROPOSAL}])
    return (
        _SectionBody(overview or extract(material.abstract), url, "abstract"),
        _from_page(material, "method") or _SectionBody(_with_roles(told, Role.HOW, Role.USE), url, "abstract"),
        _from_page(material, "experiments") or _SectionBody(_with_roles(told, Role.RESULT), url, "abstract"),
    )


def _from_page(material: SourceMaterial, part: str) -> _SectionBody | None:
    text = material.page.section(part)
    found = first_sentences(
        _without_leaning_head([one for line in text.split("\n\n") for one in usable_sentences(line)])
    )
    return _SectionBody(found, material.page.url, part) if found else None


def _entry(material: SourceMaterial, told: Sequence[tuple[Role, str]], frame: str) -> tuple[_SectionBody, ...]:
    url = material.work.lead.url
    points = list(_features(material.readme)) if material.work.lead.kind is Kind.PROJECT else []
    if points:
        features = _SectionBody(points[:_POINTS], url, "readme", points=True)
    else:
        features = _SectionBody(_with_roles(told, Role.HOW)[:_POINTS], url, "abstract", points=True)
    proposal = [one for role, one in told if role is Role.PROPOSAL] or extract(material.abstract)
    method = _from_page(material, "method")
    return (
        _SectionBody(proposal[:1], url, "abstract", text=frame),
        features,
        method or _SectionBody(_with_roles(told, Role.HOW, Role.RESULT), url, "abstract"),
        _SectionBody(_with_roles(told, Role.USE), url, "abstract", points=True),
    )


def _answer(told: Sequence[tuple[Role, str]], frame: str) -> _SectionBody:
    return _SectionBody(
        first_sentences([one for role, one in told if role is not Role.PROBLEM]), "", "abstract", text=frame
    )


def _features(readme: str) -> Iterator[str]:
    """The points that a README makes under its heading of features, else nothing: never guessed."""
    listed = False
    for line in readme.splitlines():
        words = line.strip().lstrip("#*-•✨🚀🔥 ").strip()
        if words.casefold().rstrip(":") in {"features", "key features", "highlights", "main features", "功能", "特性"}:
            listed = True
        elif listed and 12 <= len(words) <= 240:  # noqa: PLR2004 - headings are shorter, paragraphs longer
            yield words
        elif listed and words and len(words) < 12:  # noqa: PLR2004
            return


def _with_roles(told: Sequence[tuple[Role, str]], *wanted: Role) -> list[str]:
    """The sentences with one of the roles; one that leans on a sentence that is not among them is left out.

    "It …" behind the proposal speaks of the work, which stands over every section.
    """
    kept: list[int] = []
    for index, (role, sentence) in enumerate(told):
        of_work = index and re.match(r"Its? ", sentence) and told[index - 1][0] is Role.PROPOSAL
        if role in wanted and (not leans(sentence) or index - 1 in kept or of_work):
            kept.append(index)
    return first_sentences([told[index][1] for index in kept])


def _without_leaning_head(found: Sequence[str]) -> list[str]:
    while found and leans(found[0]):
        found = found[1:]
    return list(found)


def first_sentences(found: Sequence[str], longest: int = _LONGEST) -> list[str]:
    """The first sentences, of *longest* characters together, at least one unless that is longer itself."""
    kept: list[str] = []
    for sentence in found:
        if sum(map(len, kept)) + len(sentence) > longest:
            break
        kept.append(sentence)
    return kept
