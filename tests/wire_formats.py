"""Answers in the wire formats of the sources, made of plain values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import httpx

ATOM = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
HEADERS = {"content-type": "application/atom+xml; charset=utf-8"}


def paper(
    identifier, *, published="2025-04-08T10:00:00Z", version=1, updated=None, comment="", doi="", abstract="Words.",
    title="", categories=("cs.CV", "cs.LG"),
):  # fmt: skip
    """An entry of the arXiv API."""
    return f"""<entry>
<id>http://arxiv.org/abs/{identifier}v{version}</id><title>{escape(title or f"Paper {identifier}: A Title")}</title>
<updated>{updated or published}</updated><published>{published}</published><summary>{escape(abstract)}</summary>
{"".join(f'<category term="{category}"/>' for category in categories)}<arxiv:primary_category term="{categories[0]}"/>
{f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else ""}{f"<arxiv:doi>{doi}</arxiv:doi>" if doi else ""}
<author><name>Ada Lovelace</name><arxiv:affiliation>Analytical Society</arxiv:affiliation></author>
<link href="https://arxiv.org/abs/{identifier}v{version}" rel="alternate" type="text/html"/>
</entry>
"""


def api_page(entries=(), *, total=None, start=0, size=500):
    """A page of the arXiv API."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {ATOM}><title>arXiv Query</title>'
        f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{''.join(entries)}</feed>\n"
    ).encode()


class Api:
    """The arXiv API over a list of entries: it pages, and answers 304 to its own ETag."""

    def __init__(self, entries):
        self.entries = list(entries)

    def __call__(self, request):
        asked = parse_qs(urlsplit(str(request.url)).query)
        start, size = int(asked["start"][0]), int(asked["max_results"][0])
        if asked.get("id_list"):
            wanted = asked["id_list"][0].split(",")
            rows = [one for one in self.entries if any(f"/abs/{key}v" in one for key in wanted)]
        else:
            rows = self.entries
        body = api_page(rows[start : start + size], total=len(rows), start=start, size=size)
        etag = f'"{hash(body)}"'
        if request.headers.get("if-none-match") == etag:
            return httpx.Response(304, headers={"etag": etag})
        return httpx.Response(200, headers={**HEADERS, "etag": etag}, content=body)


def rss_entry(identifier, *, day="2025-04-08", kind="new", version=1):
    """An entry of arXiv's RSS."""
    return f"""<entry><id>oai:arXiv.org:{identifier}v{version}</id><title>Paper {identifier}: A Title</title>
<updated>{day}T04:00:00+00:00</updated><published>{day}T00:00:00-04:00</published>
<link href="https://arxiv.org/abs/{identifier}" rel="alternate" type="text/html"/>
<summary>arXiv:{identifier}v{version} Announce Type: {kind}
Abstract: Words of the abstract.</summary><category term="cs.CV"/>
<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Lovelace, Charles Babbage</dc:creator></entry>
"""


def rss(*entries):
    """A day of arXiv's RSS."""
    return f'<?xml version="1.0"?>\n<feed {ATOM}><title>cs.CV updates</title>{"".join(entries)}</feed>'.encode()


def post(title, url, *, day="2025-04-08", content="", identifier=""):
    """An entry of an Atom feed."""
    return (
        f"<entry><title>{escape(title)}</title><id>{escape(identifier or url)}</id><link href='{escape(url)}'/>"
        f"<updated>{day}T10:00:00Z</updated><content type='html'>{escape(content)}</content></entry>"
    )


def atom(*entries):
    """An Atom feed."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title>'
        f"{''.join(entries)}</feed>"
    ).encode()


def repository(name, **more):
    """A repository as GitHub's search gives it."""
    item = {
        "full_name": name,
        "description": "An agent.",
        "created_at": "2025-04-08T00:00:00Z",
        "pushed_at": "2025-04-09T00:00:00Z",
        "stargazers_count": 99,
        "topics": ["agents"],
        "homepage": "",
        "license": {"spdx_id": "MIT"},
    }
    return {**item, **more}


def search(*items, **more):
    """An answer of GitHub's search."""
    return json.dumps({"total_count": len(items), "incomplete_results": False, "items": items, **more}).encode()


def release(tag, *, repo="acme/rocket", at="2025-04-08T00:00:00Z", **more):
    """A release as GitHub's API gives it."""
    url = f"https://github.com/{repo}/releases/tag/{tag}"
    item = {"tag_name": tag, "name": tag, "html_url": url, "body": "* faster", "published_at": at}
    return {**item, "draft": False, "prerelease": False, **more}


NOW = datetime(2025, 4, 15, 6, tzinfo=UTC)
"""A Tuesday: everything that was submitted in 2025-W15 has been announced."""
