"""What a work is called, and what it is in one line: by its title, or by the sentence that gives it a name."""

from __future__ import annotations

import re

from weekly.models import Kind, Work
from weekly.select.identity import short_name
from weekly.text import one_line
from weekly.text.latex import readable
from weekly.text.sentences import split

_COINED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:the\s+|an?\s+|our\s+)?"
    r"(?:\w+ly\s+)?[\"“(]?([A-Z][A-Za-z]*[A-Z0-9][\w.+-]{0,30}|[A-Z]{3,}[\w.+-]{0,30})\b(?!\s+(?:et al|and colleagues))"
)
_COINED_LATER = re.compile(
    r"\b(?:called|named|dubbed|termed|namely|we call it|releases?)\s+(?:the\s+)?[\"“(]?"
    r"([A-Z][\w.+-]*[A-Z0-9][\w.+-]*|[A-Z][a-z]{2,30}(?=[,.;:)”\"]| (?:which|that|to|for|as|with|based|by)\b))"
)
_APPENDED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s[^.;]{10,160}?,\s(?:called |named |namely )?"
    r"([A-Z][A-Za-z0-9.-]*[A-Z][A-Za-z0-9-]*)(?=[,.])"
)
_PLAIN = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:our\s+)?[\"“]?([A-Z][a-z]{2,20})[\"”]?"
    r"(?:, (?=an? |the )| \((?=[A-Z]))"
)
_BRACKETED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+"
    r"(?:(?!(?:to|for|that|which|using|via|on|in|applications?|extensions?|analysis)\s)[\w-]+\s+){1,9}\(([A-Z][A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*)\)"
    r"(?!\s+(?:algorithms?|challenges?|tasks?|problems?|competitions?)\b)"
)
_REPORT = re.compile(
    r"((?!(?:An?|The|Our)\b)(?=\S*[A-Z\d])[\w.+-]+(?: (?=\S*[A-Z\d])[\w.+-]+){0,2})"
    r" ((?:Technical|System) (?:Report|Card)\b.*)"
)
"""The title of a report: it is about what it names first, whatever part of that the abstract names later."""
_TITLE = 200
"""Characters of a title that are shown."""
_COMMON = re.compile(r"(?:M?LLM|VLM|SLM|AI|RL|[CDGR]NN|GAN|NLP|ASR|TTS|OCR|RAG|API|GPU)s?")


def name_and_line(work: Work) -> tuple[str, str]:
    """What the work is called and what it is in one line; the line is empty when the title is all there is."""
    lead = work.lead
    title = _cut(one_line(re.sub(r"^(?:Introducing|Presenting) (?=[A-Z])", "", readable(lead.title)), 500), _TITLE)
    if lead.kind is Kind.PROJECT:
        return title.rpartition("/")[2] or title, brief(lead.text, 90)
    if report := _REPORT.fullmatch(title):
        return report[1], report[2]
    name, coined = short_name(title), _coined(readable(lead.text)) if lead.kind is Kind.PAPER else ""
    if name and not (coined and _is_phrase(name)):
        return name, one_line(title.replace("：", ":").partition(":")[2], 160)
    if coined:
        return coined, title
    return title, ""


def without_address(text: str) -> str:
    """A repository's description without the address, and the sign before it, that many end with."""
    return re.sub(r"[^\w.。!！)）]*https?://\S{1,300}\s*$", "", text.strip())


def brief(text: str, longest: int) -> str:
    """The first sentence of *text*; a longer one is cut behind a word."""
    first = next(iter(split(one_line(without_address(text), 1000))), "").rstrip(".。!！")
    return _cut(first, longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    at = max(head.rfind(mark) for mark in (" ", "，", "、", "；", ",", "。"))
    return head[: at if at > longest // 2 else longest].rstrip(" ,，、；-/(（") + "…"


def _is_phrase(head: str) -> bool:
    """Whether the head of a title is a saying, such as "One Quantizer is Enough", and not a name."""
    words = head.split()
    return len(words) > 1 and not any(re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", word) for word in words)


def _coined(abstract: str) -> str:
    """The name that the abstract gives its work, in the sentence that introduces it."""
    for pattern in (_COINED, _BRACKETED, _COINED_LATER, _APPENDED, _PLAIN):
        if (match := pattern.search(abstract)) and not _COMMON.fullmatch(match[1].rstrip(".-")):
            return match[1].rstrip(".-")
    return ""
