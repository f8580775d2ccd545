"""Whether a paper was withdrawn from arXiv: https://info.arxiv.org/help/withdraw.html.

arXiv has no field for it. Authors say so in the comment, seldom in the journal reference; arXiv's administrators in a
note that stands in either; the abstract of a withdrawn version is often replaced by one such sentence.
"""

from __future__ import annotations

import re

_THING = r"(?:paper|submission|article|manuscript|pre-?print|work|version|report|study|thesis|note|document|draft)"
_GONE = r"(?:withdrawn|retracted|removed)"
_WITHDRAWN = re.compile(
    # Withdrawn; Temporarily withdrawn by the authors; WITHDRAWN: see 2504.00001
    r"^\W*(?:temporarily\s+|voluntarily\s+)?(?:withdrawn|retracted)\b"
    # 10 pages, withdrawn; accepted, then withdrawn from arXiv
    r"|[.,;:(]\s*(?:then\s+|now\s+)?(?:withdrawn|retracted)\s*"
    r"(?:$|[.,;:)]|(?:by|due to|because|since|from (?:the )?arxiv)\b)"
    # Withdrawal requested by the authors; we request the retraction of this paper
    r"|\b(?:withdrawal|retraction)\s+(?:was\s+|is\s+)?(?:requested|of\s+(?:this|the|our)\s+"
    rf"{_THING})\b|^\W*(?:withdrawal|retraction)\W*$"
    # this paper has been withdrawn; paper withdrawn; the manuscript is to be retracted
    rf"|\b{_THING}\b(?:\s+(?:has|have|is|are|was|were|been|being|to|be|will|must|should|needs?|had|now|hereby|therefore"
    r"|temporarily))*\s+(?:withdrawn|retracted)\b"
    # the authors have withdrawn it; we would like to withdraw this submission; I am retracting the paper
    rf"|\b(?:we|i|authors?)\b[^.;]{{0,50}}\b(?:withdraw(?:n|s|ing)?|withdrew|retract(?:ed|s|ing)?)\b"
    rf"[^.;]{{0,20}}\b(?:{_THING}|it|from arxiv)\b"
    rf"|\bauthors?\s+(?:has|have|had)?\s*(?:withdrawn|retracted|withdrew)\b"
    # withdrawn by arXiv administrators; removed by the author
    rf"|\b{_GONE}\s+(?:by|at the request of)\s+(?:the\s+)?"
    r"(?:arxiv|authors?|submitters?|admin\w*|moderators?|publisher)\b"
    r"|已撤稿|已撤回|撤稿",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\s*(?:\w+\s+){0,2}(?:from|at)\s+(?!arxiv\b)(?!the arxiv\b)\w", re.IGNORECASE)
"""Withdrawn from a conference or a journal: the paper stays on arXiv."""
_NOT = re.compile(r"\b(?:not|never|no longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:earlier|previous|prior|older|former|first version|replaces|supersedes)\b[^.;]{0,40}$", re.IGNORECASE
)
"""What stands before a paper or a version that is not this one."""
_OF_VERSION = re.compile(r"\bv(?:ersions?)?\.?\s?(\d{1,2})\b[^.;]{0,30}$", re.IGNORECASE)
_ABSTRACT = re.compile(
    r"^\W*(?:withdrawn|retracted)\W*(?:$|by the authors?\b|due to\b|because\b)"
    rf"|^\W*(?:this|the)\s+{_THING}\s+(?:has been|is|was)\s+(?:temporarily\s+)?{_GONE}\b"
    r"(?=\s*(?:$|\.|,|;|by\b|due to\b|because\b|as\b|since\b|at the request|for\b|from arxiv))",
    re.IGNORECASE,
)
_NOTE = 600
"""Characters of an abstract that may be a note; a longer one is an abstract."""


def is_withdrawn(version: str, comment: str, journal: str = "", abstract: str = "") -> bool:
    """Whether the *version* of a paper with these fields is a withdrawal; an abstract counts if it says no more."""
    return (
        _says_so(comment, version)
        or _says_so(journal, version)
        or (len(abstract) <= _NOTE and bool(_ABSTRACT.match(abstract)))
    )


def _says_so(text: str, version: str) -> bool:
    return any(
        not _ELSEWHERE.match(text, found.end())
        and not _NOT.search(text[: found.start()])
        and not _NOT.search(re.sub(rf"{_GONE}$", "", found[0], flags=re.IGNORECASE))
        and not _EARLIER.search(text[: found.start()])
        and _is_this_version(text[: found.end()], version)
        for found in _WITHDRAWN.finditer(text[:1000])
    )


def _is_this_version(until: str, version: str) -> bool:
    """Whether it is not said of an earlier version alone: "v1 was withdrawn, v2 mends the proof"."""
    named = _OF_VERSION.search(until)
    return named is None or not version.isdigit() or int(named[1]) >= int(version)
