"""What the sources say about one work, sentence by sentence, under the numbers by which a model names them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from weekly.claims import Sources
from weekly.drafting.answer_schemas import SentenceAnswer
from weekly.drafting.material import SourceMaterial
from weekly.drafting.sentence_roles import usable_sentences
from weekly.models import Evidence
from weekly.text import one_line

_ABSTRACT = 40
"""Sentences of an abstract that a model is given."""
_SECTION = 14
"""Sentences of each of the paper's own sections, and of a README."""
_NUMBER = re.compile(r"\W*(?:[a-z]{1,12}\W{0,2})?(\d{1,3})\W*", re.IGNORECASE)
_QUOTED = 20
"""Characters of a quote, at least, that say which sentence is meant."""


class NumberedSources:
    """The sentences that a model may rest on, numbered from 1."""

    def __init__(self, material: SourceMaterial) -> None:
        self._material = material
        self.evidence = tuple(_sentences(material))
        self._facts = [fact.value for fact in material.facts]

    def as_json(self) -> str:
        """What the model sees of the work: data, in JSON, so that no sentence of it can pose as ours."""
        material = self._material
        work = {
            "name": material.name,
            "title": material.work.lead.title,
            "institutions": list(material.institutions[:4]),
            "topic": material.topic,
        }
        told = [{"number": at, "from": one.origin, "text": one.quote} for at, one in enumerate(self.evidence, 1)]
        return json.dumps({"work": work, "sentences": told}, ensure_ascii=False)

    def meant(self, sentence: SentenceAnswer) -> list[int]:
        """The places of the sources that *sentence* names, by a number ("3", "[3]", "s3") or by their own words."""
        places = []
        for source in sentence.sources:
            number = _NUMBER.fullmatch(str(source))
            if number and 0 < int(number[1]) <= len(self.evidence):
                places.append(int(number[1]) - 1)
            elif not number and len(words := one_line(str(source), 1200)) >= _QUOTED:
                places += [at for at, one in enumerate(self.evidence) if words in one.quote or one.quote in words][:1]
        return list(dict.fromkeys(places))

    def supporting(self, sentences: Sequence[SentenceAnswer]) -> tuple[Evidence, ...]:
        """The sources that *sentences* rest on, each with those that it supports.

        Where the ones that the model named do not hold a claim of its sentence, the first that does is added.
        """
        supports: dict[int, list[str]] = {}
        for sentence in sentences:
            text = sentence.plain
            for at in self._holding(text, self.meant(sentence)):
                supports.setdefault(at, []).append(text)
        return tuple(replace(self.evidence[at], supports=tuple(dict.fromkeys(supports[at]))) for at in sorted(supports))

    def quotes(self, sentence: SentenceAnswer) -> list[str]:
        """The source sentences that one sentence rests on."""
        return [self.evidence[at].quote for at in self._holding(sentence.plain, self.meant(sentence))]

    def _holding(self, text: str, places: list[int]) -> list[int]:
        missing = set(Sources([*(self.evidence[at].quote for at in places), *self._facts]).unsupported(text))
        for at, single in enumerate(self._singles if missing else ()):
            if not missing:
                break
            if at not in places and (held := missing - set(single.unsupported(text))):
                places = [*places, at]
                missing -= held
        return places

    @cached_property
    def _singles(self) -> list[Sources]:
        return [Sources([one.quote]) for one in self.evidence]


def _sentences(material: SourceMaterial) -> Iterator[Evidence]:
    url = material.work.lead.url
    yield Evidence(quote=material.work.lead.title, url=url, origin="title")
    for fact in material.facts:
        if fact.name in {"affiliation", "venue"}:
            yield Evidence(quote=fact.value, url=fact.origin if "://" in fact.origin else url, origin=fact.name)
    for sentence in usable_sentences(material.abstract)[:_ABSTRACT]:
        yield Evidence(quote=sentence, url=url, origin="abstract")
    for part in ("method", "experiments"):
        for sentence in usable_sentences(material.page.section(part))[:_SECTION]:
            yield Evidence(quote=sentence, url=material.page.url, origin=part)
    for sentence in usable_sentences(material.readme)[:_SECTION]:
        yield Evidence(quote=sentence, url=url, origin="readme")
