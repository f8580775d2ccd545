"""The venue that a paper's comment names: "Accepted to CVPR 2025 (Oral)"."""

from __future__ import annotations

import re

_VENUES = (
    "CVPR|ICCV|ECCV|WACV|BMVC|ACCV|3DV|NeurIPS|NIPS|ICML|ICLR|AAAI|IJCAI|AISTATS|COLM|CoRL|ICRA|IROS|RSS|ACL|EMNLP|NAACL"
    "|EACL|COLING|TACL|SIGGRAPH Asia|SIGGRAPH|SIGIR|SIGMOD|SIGKDD|KDD|WWW|The Web Conference|CIKM|WSDM|RecSys|ECIR"
    "|INTERSPEECH|Interspeech|ICASSP|ICIP|ICME|ACM MM|ACM Multimedia|MICCAI|ISBI|CHI|UIST|CSCW|USENIX Security|CCS|NDSS"
    "|ICSE|FSE|ASE|ISSTA|MLSys|OSDI|SOSP|ASPLOS|TPAMI|IJCV|TMLR|JMLR|UAI|COLT|L4DC|ICASSP|IJCNN|ICPR|FG|TVCG|TOG|TIP"
    "|VLDB|ICDE|PAKDD|ECAI|LREC-COLING|AAMAS|ISMIR|ICDAR|HRI"
)
_NAMED = re.compile(rf"(?<![A-Za-z])({_VENUES})(?![A-Za-z])")
_YEAR = re.compile(r"[\s,:-]{0,3}(20\d\d)|['’](\d\d)(?!\d)")
_WORKSHOP = re.compile(r"[\w\s,'’-]{0,40}\b[Ww]orkshops?\b[\s,]*(20\d\d)?")
_NOT_YET = re.compile(
    r"\b(?:submitted|under review|in submission|submission to|preprint|extended? from)\b", re.IGNORECASE
)
_HIGHLIGHT = re.compile(r"\b(oral|spotlight|highlight)\b", re.IGNORECASE)


def venue(comment: str) -> str:
    """The venue as readers know it, `CVPR 2025 Oral`; empty for none, and for a paper that is only submitted."""
    match = _NAMED.search(comment)
    if match is None or _NOT_YET.search(comment, 0, match.start()):
        return ""
    name, rest = match[1], comment[match.end() :]
    year, workshop = _YEAR.match(rest), _WORKSHOP.match(rest)
    if year and year[2]:
        name = f"{name}'{year[2]}"
    elif year:
        name = f"{name} {year[1]}"
    elif workshop and workshop[1]:
        return f"{name} Workshop {workshop[1]}"
    if workshop:
        return f"{name} Workshop"
    honour = _HIGHLIGHT.search(rest) if year else None
    return f"{name} {honour[1].capitalize()}" if honour else name
