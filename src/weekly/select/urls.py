"""Addresses: finding them in text, and telling when two of them lead to the same thing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

_SCRIPT = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
"""Letters that stand next to an address without a blank."""
_URL = re.compile(
    rf"https?://(?:[^\s<>\"'`\\^{{}}|\u2018-\u201f\u2026\u3000-\u303f\uff00-\uffef{_SCRIPT}]|(?<=[/=_-])[{_SCRIPT}]{{1,99}})"
    r"{3,500}",
    re.IGNORECASE,
)
"""An address; words in Chinese, Japanese or Korean belong to it where they begin a step of its path."""
_BARE = re.compile(
    r"(?<![\w/.@-])(?:(?:www\.)?(?:github\.com|huggingface\.co)/[\w.-]{1,100}/|[\w-]{1,60}\.github\.io\b/?)[\w./-]{0,100}",
    re.ASCII,
)
_TAIL = ".,;:!?*_~'\"$"
_NEXT = re.compile(r"(?<=[\w()\[\],;.])(?=https?://)", re.IGNORECASE)
"""Where an address ends because another one begins, without a blank between them."""
_WRAPPERS = frozenset({"dest", "destination", "goto", "href", "link", "q", "redirect", "redirect_url", "target"}) | {
    *("to", "u", "url"),
}
"""Names under which pages that count clicks carry the address that they lead to."""
_WRAPPED_PATH = re.compile(r"/(?:__)?(https?:/{1,2}[^/].*?)(?:__;.*)?$", re.IGNORECASE)
_NEW_ID = r"\d{4}\.\d{4,5}"
_OLD_ID = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV_PATH = re.compile(
    r"^/(?:(?:[a-z]{2}/)?(?:abs|pdf|html|ps|format|src|e-print|tb|overview|resources|papers?|arxiv|docs/arxiv))/"
    rf"(?:arxiv:)?({_NEW_ID}|{_OLD_ID})(?:v(\d+))?(?:\.pdf)?(?:/.*)?$",
    re.IGNORECASE,
)
_ARXIV_TEXT = re.compile(rf"\barXiv:\s?({_NEW_ID}|{_OLD_ID})(?:v\d+)?\b", re.IGNORECASE)
_ARXIV_HOSTS = frozenset({"arxiv.org", "export.arxiv.org", "browse.arxiv.org"}) | {
    *("ar5iv.org", "ar5iv.labs.arxiv.org", "alphaxiv.org", "cn.arxiv.org", "xxx.lanl.gov", "papers.cool"),
    *("scirate.com", "semanticscholar.org", "api.semanticscholar.org", "emergentmind.com", "bytez.com"),
}
"""arXiv, its mirrors, and sites that show its papers under its numbers."""
_HUBS = frozenset({"huggingface.co", "hf.co", "hf-mirror.com"})
_NOT_MODELS = frozenset(
    {"api", "blog", "chat", "collections", "datasets", "docs", "join", "learn", "login", "models"}
) | {
    *("organizations", "papers", "posts", "settings", "spaces", "tasks", "terms-of-service"),
}
_ACL_DOI = "10.18653/v1/"
_ACL_ID = re.compile(
    r"^/(?:anthology/|papers/)?((?:[A-Z]\d{2}-\d{4,5})|(?:\d{4}\.[\w-]+\.\d+))(?:v\d+)?(?:\.pdf|\.bib)?/?$"
)
_OPENREVIEW = frozenset({"/forum", "/pdf", "/attachment", "/revisions", "/references/pdf"})
_ARXIV_DOI = re.compile(rf"^/10\.48550/arxiv\.({_NEW_ID}|{_OLD_ID})(?:v\d+)?$", re.IGNORECASE)
_RELEASE = re.compile(r"^/[^/]+/[^/]+/releases/tag/(.+)$")
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\w+/(?=https?://)", re.IGNORECASE)
"""What stands before an address that was copied: https://archive.org/help/wayback_api.php."""
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TRACKING = re.compile(r"^(utm_\w+|ref_src|fbclid|gclid|mc_[ce]id|spm|igshid|_hsenc|_hsmi)$", re.IGNORECASE)
_SOURCE = re.compile(r"^(ref|source|from)$", re.IGNORECASE)
"""Names of where a reader came from, unless the value is a number: then it may be what is asked for."""
_SHARED = frozenset({"youtube.com", "youtu.be", "open.spotify.com"})
"""Hosts whose `si` names who shared the address."""
_ANCHOR = re.compile(
    r"^(?:top|content|main|comments?(?:-\d+)?|respond|more-\d+|.*\b(?:rss|atom|utm_)\b.*|:~:.*|_=_|)$", re.IGNORECASE
)
"""Fragments that lead to a place that every page has, or tell where a reader came from."""
_NOT_OWNERS = frozenset({"about", "apps", "collections", "features", "issues", "marketplace", "orgs", "pulls"}) | {
    *("search", "settings", "site", "sponsors", "topics", "trending", "events", "explore", "login", "join", "security"),
}


def find_urls(text: str) -> tuple[str, ...]:
    """The web addresses in running text, in order, each once, without the punctuation that follows them."""
    matches = list(_URL.finditer(text)) if "://" in text else []
    if "github" in text or "huggingface" in text:
        matches += _BARE.finditer(text)
    places = {match.end(): match for match in sorted(matches, key=lambda match: match.start(), reverse=True)}
    runs = (match.group() for match in sorted(places.values(), key=lambda match: match.start()))
    urls = (_trim(url) for run in runs for url in (_NEXT.split(run) if run.count("://") > 1 else (run,)))
    return tuple(dict.fromkeys(url if "://" in url else f"https://{url}" for url in urls))


def joined(base: str, url: str) -> str:
    """*url* as it leads from the page at *base*; empty for what is no address."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""


def _trim(url: str) -> str:
    """Without what follows a bracket that was opened before the address, and without the sentence's punctuation."""
    return (url[: _closed(url)] if ")" in url or "]" in url else url).rstrip(_TAIL)


def _closed(url: str) -> int:
    """Where a bracket is closed that the address has not opened."""
    opened = {")": 0, "]": 0}
    for place, sign in enumerate(url):
        if sign in "([":
            opened[")" if sign == "(" else "]"] += 1
        elif sign in opened:
            opened[sign] -= 1
            if opened[sign] < 0:
                return place
    return len(url)


def unwrapped(url: str) -> str:
    """The address that *url* leads to when it is that of a page that counts clicks, of a proxy or an archive.

    `https://link.example/?target=https%3A%2F%2Fgithub.com%2Fa%2Fb` and `https://web.archive.org/web/2024/https://…`
    carry it; what is hidden behind a number stays as it is.
    """
    for _ in range(3):
        parts = _split(url)
        if parts is None or "http" not in f"{parts.path}?{parts.query}".lower():
            break
        carried = (value for name, value in parse_qsl(parts.query) if name.lower() in _WRAPPERS)
        inner = next((value for value in carried if re.match(r"https?://", value, re.IGNORECASE)), "")
        if not inner and (match := _WRAPPED_PATH.search(parts.path)):
            behind = f"?{parts.query}" if parts.query else ""
            inner = re.sub(r"^(https?:)/{1,2}", r"\1//", match[1], flags=re.IGNORECASE) + behind
        if not inner:
            break
        url = inner
    return url


def arxiv_id(url: str) -> str:
    """The arXiv identifier that an address leads to, without its version; empty when it leads elsewhere.

    https://info.arxiv.org/help/arxiv_identifier.html
    """
    parts = _split(url)
    if parts is None:
        return ""
    host, path = (parts.hostname or "").removeprefix("www."), re.sub(r"//+", "/", unquote(parts.path))
    if parts.port not in {None, 80, 443}:
        return ""
    if host == "api.semanticscholar.org":
        path = re.sub(r"^/(?:graph/v1/paper/)?arxiv:", "/arxiv/", path, flags=re.IGNORECASE)
    if host in _ARXIV_HOSTS or (host in _HUBS and path.startswith("/papers/")):
        match = _ARXIV_PATH.match(path)
    else:
        match = _ARXIV_DOI.match(path) if host in {"doi.org", "dx.doi.org"} else None
    # math.GT/0309136 is math/0309136: the subject class is no part of the identifier.
    return re.sub(r"\.[A-Z]{2}/", "/", match[1]) if match else ""


def arxiv_ids(text: str) -> tuple[str, ...]:
    """The arXiv identifiers that a text names, by address or as arXiv:2504.02160."""
    named = [match[1] for match in _ARXIV_TEXT.finditer(text)]
    return tuple(dict.fromkeys([*filter(None, map(arxiv_id, find_urls(text))), *named]))


def repository(url: str) -> str:
    """`owner/name` in lower case when the address leads into a GitHub repository, else empty."""
    parts = _split(url)
    host = parts.netloc.lower().removeprefix("www.") if parts else ""
    if parts is None or host not in {"github.com", "raw.githubusercontent.com", "api.github.com"}:
        return ""
    steps = [step for step in parts.path.split("/") if step]
    if host == "api.github.com":
        steps = steps[1:] if steps[:1] == ["repos"] else []
    if len(steps) < 2 or steps[0].lower() in _NOT_OWNERS:  # noqa: PLR2004 - owner and name
        return ""
    name = steps[1].removesuffix(".git").rstrip(".")
    valid = re.fullmatch(r"[\w-]+", steps[0], re.ASCII) and re.fullmatch(r"[\w.-]+", name, re.ASCII)
    return f"{steps[0]}/{name}".lower() if valid else ""


def release_tag(url: str) -> str:
    """The tag of the GitHub release that an address leads to, else empty."""
    parts = _split(url)
    match = _RELEASE.match(parts.path) if parts and repository(url) else None
    return unquote(match[1]) if match else ""


def acl_doi(url: str) -> str:
    """The DOI of the paper that an address of the ACL Anthology leads to, in lower case; empty when it leads elsewhere.

    https://aclanthology.org/info/ids/
    """
    parts = _split(url)
    host = parts.netloc.lower().removeprefix("www.") if parts else ""
    found = _ACL_ID.match(parts.path) if parts and host in {"aclanthology.org", "aclweb.org"} else None
    return f"{_ACL_DOI}{found[1]}".lower() if found else ""


def model_name(url: str) -> str:
    """`owner/name` as it is written when the address is that of a model's weights on a hub, else empty."""
    parts = _split(url)
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    if parts is None or host not in {*_HUBS, "modelscope.cn"}:
        return ""
    steps = [step for step in parts.path.split("/") if step]
    if host == "modelscope.cn":
        steps = steps[1:3] if steps[:1] == ["models"] else []
    if len(steps) != 2 or steps[0].lower() in _NOT_MODELS:  # noqa: PLR2004 - owner and name
        return ""
    return "/".join(steps) if all(re.fullmatch(r"[\w.-]+", step, re.ASCII) for step in steps) else ""


def canonical(url: str, *, anchors: bool = False) -> str:
    """One spelling for every address of a page: no scheme, tracking, fragment or final slash; arXiv by its id.

    Escapes are normalised as RFC 3986, section 6.2.2, has it. A fragment that is a path, as programs in the browser
    have it, belongs to the address; with *anchors* so does one that leads to a part of the page.
    """
    if found := arxiv_id(url):
        return f"arxiv.org/abs/{found}"
    parts = _split(url)
    if parts is None:
        return url.strip()
    host = re.sub(r"^(?:www\.)+", "", (parts.hostname or "").lower()).rstrip(".")
    if (
        host in {"openreview.net", "api.openreview.net", "api2.openreview.net"}
        and parts.path in _OPENREVIEW
        and (forum := dict(parse_qsl(parts.query)).get("id"))
    ):
        return f"openreview.net/forum?id={quote(forum)}"
    host = "huggingface.co" if host in _HUBS else f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    pairs = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(host, k, v))
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{host}{port}{_without_index(_escape(parts.path))}{query}{_fragment(parts.fragment, anchors=anchors)}"


def _is_tracking(host: str, name: str, value: str) -> bool:
    if _SOURCE.match(name):
        return not re.search(r"\d", value)
    return bool(_TRACKING.match(name)) or (name == "si" and host in _SHARED)


def _fragment(fragment: str, *, anchors: bool) -> str:
    route = fragment.startswith(("/", "!"))
    if not route and (not anchors or _ANCHOR.match(fragment)):
        return ""
    kept = _escape(fragment).rstrip("/")
    return f"#{kept}" if kept not in {"", "!"} else ""


def _escape(path: str) -> str:
    def unreserved(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(unreserved, quote(path, safe="/~:@!$&'()*+,;=%"))


def _without_index(path: str) -> str:
    """The path of a folder's page is that of the folder."""
    while (shorter := re.sub(r"/index\.html?$", "", path.rstrip("/"))) != path:
        path = shorter
    return path


@lru_cache(maxsize=256)  # several questions in a row are about one address
def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(_ARCHIVED.sub("", url.strip()))
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None
