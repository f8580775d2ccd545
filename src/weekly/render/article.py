"""An issue as a piece of HTML for other people's pages: styles stand in its elements, addresses are whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import css_inline
from jinja2 import Environment
from lxml import etree, html

from weekly.models import Issue, LinkKind
from weekly.render.block_views import block_views
from weekly.render.card_views import LONGEST, link_label
from weekly.render.issue import IssueRenderer
from weekly.settings import Settings
from weekly.text.vocabulary import vocabulary

_OWN_LINKS = "mp.weixin.qq.com"
"""The one host that articles of a 公众号 may link to."""


def article(
    issue: Issue, settings: Settings, templates: Environment, errata: Mapping[str, Sequence[str]], address: str
) -> tuple[str, str]:
    """The article of *issue*, as HTML and as text, with its corrections, which *errata* has by card.

    Its pictures are at *address*.
    """
    renderer = IssueRenderer(settings, templates)
    data, language = renderer.data(issue), issue.draft.language
    blocks = block_views(issue.draft, LONGEST)
    cards = [
        {
            **item,
            "image": _absolute_picture(item["image"], address),
            "links": [{**link, "label": link_label(LinkKind(link["kind"]), language)} for link in item["links"]],
            "errata": errata.get(item["id"], ()),
            "blocks": blocks.get(item["id"], ()),
        }
        for item in data["items"]
    ]
    whole = {**data, "opening": blocks.get("", ()), "cards": cards, "cover": _absolute_picture(data["cover"], address)}
    labels = renderer.labels(language)
    context = {"newsletter": settings.newsletter, "issue": whole, "labels": labels, "address": address}
    style = templates.get_template("article/style.css.j2").render(context)
    markup = templates.get_template("article/issue.html.j2").render(context)
    # Nothing is fetched: an owner's template may name a style sheet somewhere.
    made = css_inline.inline_fragment(markup, style, load_remote_stylesheets=False).strip() + "\n"
    return made, templates.get_template("article/issue.txt.j2").render(context)


def _absolute_picture(picture: Mapping[str, Any] | None, address: str) -> dict[str, Any] | None:
    return None if picture is None else {**picture, "url": f"{address}{picture['url']}"}


def inert(markup: str) -> str:
    """*markup* in which no template language of a mail service finds anything to fill in."""
    return re.sub(r"\{(?=[{%#])", "&#123;", markup)


def inert_text(text: str) -> str:
    """The same for plain text, where there are no entities: the braces of a pair come apart."""
    return re.sub(r"\{(?=[{%#])", "{ ", text)


def for_wechat(markup: str, language: str) -> str:
    """An article as the editor of a 公众号 keeps it.

    It takes away classes, ids, scripts and links to other sites: those links become numbers in the text, and
    references at the end. Pictures stay as they are; the editor fetches them when the article is pasted.
    """
    tree = html.fragment_fromstring(markup, create_parent="div")
    numbers: dict[str, int] = {}
    for link in list(tree.iter("a")):
        url = link.get("href") or ""
        if not re.match(rf"https?://{re.escape(_OWN_LINKS)}/", url):
            _numbered(link, numbers.setdefault(url, len(numbers) + 1) if url else 0)
    for element in tree.iter():
        if isinstance(element.tag, str):
            _strip(element)
    body = tree[0] if len(tree) == 1 else tree
    if numbers:
        body.extend(_references(numbers, language))
    return "".join(etree.tostring(element, encoding="unicode", method="html") for element in tree).strip() + "\n"


def _numbered(link: html.HtmlElement, number: int) -> None:
    """The link's words, and its number behind them."""
    style = link.get("style", "")
    link.tag = "span"
    for name in list(link.attrib):
        del link.attrib[name]
    link.set("style", style)
    if number:
        mark = etree.SubElement(link, "sup")
        mark.text = f"[{number}]"


def _strip(element: html.HtmlElement) -> None:
    for name in list(element.attrib):
        if name in {"class", "id", "target", "rel"} or name.startswith("on"):
            del element.attrib[name]


def _references(numbers: Mapping[str, int], language: str) -> list[html.HtmlElement]:
    heading = html.Element("h2", style="font-size: 20px; margin: 28px 0 12px")
    heading.text = vocabulary(language).references
    made = [heading]
    for url, number in numbers.items():
        line = html.Element("p", style="font-size: 13px; line-height: 1.6; margin: 0 0 6px; word-break: break-all")
        line.text = f"[{number}] {url}"
        made.append(line)
    return made
