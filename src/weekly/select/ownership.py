"""Which of the addresses that a text names are its work's own: its words and the names tell, not the mere mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from weekly.models import Entry, Kind
from weekly.select.urls import find_urls, repository

_BEFORE = 160
"""Characters before an address whose words are read."""
_CLAUSE = re.compile(r"(?:[.!?;。；！？](?=\s|$|[^\x00-\x7f])|\n)\s*")
_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_THINGS = (
    r"(?:source[- ]?codes?|codes?|codebase|implementations?|data|data ?sets?|models?|weights|checkpoints?"
    r"|repo(?:sitory|s)?|benchmarks?|tool ?(?:kit|box|s)?|frameworks?|library|packages?|scripts?|demos?|resources?"
    r"|materials?|supplementa\w*"
    r"|artifacts?|prompts?|corpus|corpora|annotations?|software|system|platform|leaderboards?|website|web ?page|page"
    r"|home ?page|project|github|results|videos?|examples?|samples|代码|数据|模型|主页|项目)"
)
_OFFERED = re.compile(
    rf"\bour\s+(?:[\w-]+\W+){{0,4}}?{_THINGS}\b|\bours\b"
    r"|\b(?:we|is|are|be|been|will|being|been made|made|have)\s+(?:\w+\s+){0,3}"
    r"(?:open[- ]?sourc\w*|releas\w*|available|publish\w*|provide[ds]?|shared?|host(?:ed)?|public\w*|found|access\w*"
    r"|download\w*|maintain\w*|accessible)"
    rf"|\b{_THINGS}\b[^.]{{0,60}}?\b(?:available|releas\w*|open[- ]?sourc\w*|publish\w*|public\w*|provided|shared|found"
    r"|access\w*|download\w*|hosted|online|here|at|on|is|are|under|in|via|from)\W*(?:\w+\W+){0,3}$"
    rf"|\b(?:available|accessible|released|open[- ]?sourced|downloaded|found|see|visit)\b[^.]{{0,40}}$"
    rf"|\b{_THINGS}\W{{0,6}}(?:[a-z]+\W+){{0,3}}$|(?:公开|开源|发布|地址|见)|[:\u2013\u2014-]\s*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:buil[dt]s?|based|building|implemented|developed|relies|rely|runs?|running|trained|depends?)\s+(?:up)?on\b"
    r"|\bon top of\b|\bfork(?:ed|s)?\b|\badapt(?:ed|s|ing)\b|\bextend(?:s|ed|ing)?\b|\bimplemented (?:in|with)\b"
    r"|\b(?:using|uses?|used|utiliz\w+|leverag\w+)\b(?! (?:in|by|for|during) (?:this|our|the))|\bmodif(?:y|ied|ies)\b"
    r"|\b(?:integrat\w+|merged|contribut\w+|upstreamed)\s+(?:[\w-]+\s+){0,4}(?:in|into|with|to)\b"
    r"|\b(?:served|serving|run|done|inference)\s+(?:is\s+done\s+)?(?:by|through|via|with)\b|\bpull requests?\b|\bPRs?\b"
    r"|\b(?:outperform\w*|surpass\w*|evaluat\w+|acknowledg\w+)\s+(?:the\s+)?(?-i:[A-Z])"
    r"|\bpowered by\b|\b(?:compar\w+|competitive) (?:to|with|against)\b"
    r"|\b(?:such as|like|e\.g\.|unlike|following|inspired by|derived from|taken from|thanks? to|supported by)"
    r"|\b(?:original|their|his|her)\b|\bbaselines?\b|\bwith the help of\b|基于|使用",
    re.IGNORECASE,
)
"""What says that an address is somebody else's."""
_WE_OFFER = re.compile(
    r"\bour\b[^.]{0,60}$|\bwe\s+(?:\w+\s+){0,3}(?:open[- ]?sourc\w*|releas\w*|publish\w*|provide|share|host|make)\b"
    r"|\b(?:release|publish|open[- ]?source)\s+(?:our|the|all)\b|,\s+(?:is|are|will be|can be)\b[^.]{0,40}$"
    r"|\b(?:this (?:work|paper|article|study|survey|evaluation)|the (?:paper|article))\b"
    rf"|\b{_THINGS}\s*[:\u2013\u2014-]\s*(?:\\href\{{)?\s*$|(?:公开|开源|发布|地址|见)",
    re.IGNORECASE,
)
"""What says behind such words that an address is the work's own all the same."""
_NAMED = re.compile(r"(?<![\w-])([A-Z][\w.+-]*|[a-z]+[A-Z][\w.+-]*)\s*[(\[]\s*(?:code|see|at|github)?:?\s*$")
"""A name right before an address in brackets: that is whose it is."""
_NO_NAMES = re.compile(rf"{_THINGS}|here|git|zenodo|hugging|face|huggingface|gitlab|url|link|available", re.IGNORECASE)
_OTHERS_AFTER = re.compile(r"\W{0,3}(?:for|of|is) (?:the |an? )?(?:original|official|upstream)\b", re.IGNORECASE)
_OFFICIAL = re.compile(
    r"\bofficial(?:ly)?\b"
    r"|\b(?:code|codes|codebase|implementation|repo(?:sitory)?|models?|data(?:set)?|project page|page)\b"
    r"[^.]{0,30}\b(?:of|for|from|in|accompanying)\s+(?:our|this|the)\s+(?:\w+\s+){0,3}(?:paper|work|article|publication)"
    r"|\bour\s+(?:\w+\s+){0,3}(?:paper|work|code)\b|官方"
    r"|\[\s?(?:CVPR|ICCV|ECCV|NeurIPS|ICML|ICLR|ACL|EMNLP|AAAI|SIGGRAPH|TMLR)\b",
    re.IGNORECASE,
)
_UNOFFICIAL = re.compile(
    r"\b(?:un-?|non-?|not (?:an? |the )?|no )official\b|非官方|复现|\bnot (?:affiliated|associated|endorsed)\b"
    r"|\b(?:follow\w*|based on|from|than|to|see|of|unlike|against|like|mirrors?) (?:the |its |their )?official\b",
    re.IGNORECASE,
)
_ANOTHERS = re.compile(
    r"\bre-?implement\w*|\breproduc\w*|\breplicat\w*|\bports?\b|\bported\b|\bcommunity\b|\bthird[- ]party\b|\bforks?\b"
    r"|\b(?:comfyui|web ?ui|gradio|docker|onnx|gguf|ggml|mlx|tensorrt|plug-?in|wrapper|nodes?|bindings?|fine-?tun\w+)\b"
    r"|\bin (?:pure )?(?:rust|c|c\+\+|jax|julia|go|swift|tensorflow|java|javascript|numpy)(?!\w)|\bapple silicon\b"
    r"|[-_.](?:rs|cpp|jax|mlx|onnx|go|js|swift|tf|webui|docker|gguf)$"
    r"|\bminimal\b|\bfrom scratch\b|\binspired\b|\bawesome\b|\bimplementations? of\b|\bsupports?\b|\bnotes\b",
    re.IGNORECASE,
)
"""What a repository says that another's paper is in."""
_ALIKE = 0.8
"""Of two names, the share of letters in common from which they are one."""


def own_addresses(entry: Entry) -> tuple[str, ...]:
    """The addresses that the words of *entry* give for its work's own, and those that its source has as fields."""
    spoken = (url for text in (entry.text, entry.comment) for url in _spoken(entry, text))
    return tuple(dict.fromkeys([*spoken, *entry.links]))


def says_official(project: Entry) -> bool:
    """Whether *project* says that it is the code of the paper that it names."""
    return bool(_OFFICIAL.search(project.text)) and not _UNOFFICIAL.search(f"{project.title} {project.text}")


def is_official(project: Entry, paper: Entry) -> bool:
    """Whether *project*, which names *paper*, is its code: it says so, or bears its name and says not the contrary."""
    said = f"{project.text} {project.title}"
    if says_official(project) or _UNOFFICIAL.search(said) or _ANOTHERS.search(said):
        return says_official(project)
    return fits_name(project.title.rpartition("/")[2], paper.title)


def fits_name(name: str, title: str) -> bool:
    """Whether the *name* of a repository or a page is that of the work with this *title*, or its initials."""
    plain = _plain(name)
    if len(plain) < 2:  # noqa: PLR2004
        return False
    return any(plain == known or _alike(plain, known) for known in _names(title))


def _spoken(entry: Entry, text: str) -> Iterator[str]:
    plain = re.sub(r"\{?\\([_%#&~])\}?", r"\1", text) if "\\" in text else text
    at = 0
    for url in find_urls(plain):
        bare = url.removeprefix("https://")
        place = plain.find(url, at)
        place = place if place >= 0 else max(plain.find(bare), 0)
        at = place + len(bare)
        theirs = _OTHERS_AFTER.match(plain, place + len(url) if plain.startswith(url, place) else at)
        if not theirs and _is_own(entry, plain[max(0, place - _BEFORE) : place], url):
            yield url


def _is_own(entry: Entry, before: str, url: str) -> bool:
    clause = _CLAUSE.split(before)[-1]
    name = repository(url).rpartition("/")[2] or re.sub(r"^https?://(?:www\.)?|\.(?:github|gitlab)\.io.*", "", url)
    fits = entry.kind is Kind.PAPER and fits_name(name, entry.title)
    if fits:
        return True
    others = list(_OTHERS.finditer(clause))
    named = _NAMED.search(clause)
    if named and not _NO_NAMES.fullmatch(named[1]) and not _OFFERED.search(clause[: named.start()]):
        return False
    if others:
        # "Our code, which builds on vLLM, is at …": what is said last before the address counts.
        return bool(_WE_OFFER.search(clause, others[-1].end()))
    return bool(_OFFERED.search(clause)) or not _WORD.search(clause)


def _names(title: str) -> Iterator[str]:
    """The names that a title may give its work, plain: its head, its words with odd capitals, its initials."""
    head, colon, _ = title.partition(":")
    if colon:
        yield _plain(head)
    words = re.findall(r"[\w+-]+", title)
    for word in words:
        if sum(letter.isupper() for letter in word) > 1 or any(letter.isdigit() for letter in word):
            yield _plain(word)
    initials = "".join(word[0] for word in words if word[0].isalpha())
    if len(initials) > 2:  # noqa: PLR2004
        yield initials.casefold()


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4:  # noqa: PLR2004
        return False
    letters = SequenceMatcher(None, one, other)
    # The quick ratios are never below the other.
    ratios = (letters.real_quick_ratio, letters.quick_ratio, letters.ratio)
    return one in other or other in one or all(ratio() >= _ALIKE for ratio in ratios)
