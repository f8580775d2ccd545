"""The pages of the archive that follow from its issues: which there are, and the text of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from jinja2 import Environment

from weekly.render.card_views import topic_name
from weekly.render.markdown import lawful
from weekly.render.paths import file_name, social, step
from weekly.render.site import search
from weekly.render.site.evergreen import CollectionPage, DepthPage, HandbookPage
from weekly.render.site.feeds import LATEST, Feed, of_errata, of_issue, of_item
from weekly.render.site.issues import ArchivedCard, ArchivedIssue, IssueIndex
from weekly.settings import Settings

RECENT = 40
"""Cards on the first page of a topic."""
MANY = 200
"""Cards on the page of a tag."""
NAMES = 2_000
"""Tags on the page of all tags."""
File = tuple[str, str]
"""A path from the archive's top, and the text that belongs there."""


class Site:
    """Renders what stands around the issues of an archive; equal archives give equal bytes."""

    def __init__(
        self,
        index: IssueIndex,
        settings: Settings,
        templates: Environment,
        evergreen: Sequence[CollectionPage | HandbookPage] = (),
        depth: Iterable[DepthPage] = (),
    ) -> None:
        self._index, self._settings, self._templates = index, settings, templates
        self._evergreen = evergreen
        self._depth: dict[str, list[DepthPage]] = {}
        for page in depth:
            self._depth.setdefault(page.slug, []).append(page)
        self._labels: dict[str, str] = {}
        words: Any = templates.get_template("site/words.j2").module
        self._say: Mapping[str, str] = words.zh if settings.newsletter.language == "zh" else words.en

    def label(self, slug: str) -> str:
        """What readers call the topic *slug*; empty for `other`."""
        if slug not in self._labels:
            self._labels[slug] = topic_name(slug, self._settings.newsletter.language, self._settings)
        return self._labels[slug]

    def files(self, weeks: Iterable[str] | None = None) -> Iterator[File]:
        """Everything, or what the issues of *weeks* have changed."""
        index = self._index
        new = [issue for issue in index.issues if weeks is None or issue.week in set(weeks)]
        items = list(chain.from_iterable(issue.items for issue in new))
        yield from self._front()
        for year in dict.fromkeys(issue.year for issue in new):
            yield from self._year(year)
        for slug in dict.fromkeys(item.topic for item in items):
            yield from self._topic(slug, {item.issue.year for item in items if item.topic == slug})
        for kind, groups, keys in (
            ("tags", index.tags, (tag for item in items for tag in item.tags if item.shares(tag))),
            ("institutions", index.institutions, chain.from_iterable(item.institutions for item in items)),
            ("people", index.people, chain.from_iterable(item.authors for item in items)),
        ):
            yield from self._names(kind, groups, {key.casefold() for key in keys})
        for issue in dict.fromkeys(chain.from_iterable(self._around(issue) for issue in new)):
            yield from self._steps(issue)
        wanted = {issue.week for issue in new}
        yield from map(self._in_depth, (page for page in self._all_depth() if page.stem in wanted))
        yield from map(self._page, self._evergreen)

    def _all_depth(self) -> Iterator[DepthPage]:
        return chain.from_iterable(self._depth.values())

    def _render(self, template: str, place: str, **context: Any) -> File:
        newsletter = self._settings.newsletter
        known = {
            "newsletter": newsletter,
            "language": newsletter.language,
            "root": "../" * place.count("/"),
            "label": self.label,
            "social": social,
        }
        return place, lawful(self._templates.get_template(template).render(known | context))

    def _front(self) -> Iterator[File]:
        index, newsletter, say = self._index, self._settings.newsletter, self._say
        years = [(year, len(issues)) for year, issues in index.years.items()]
        topics = sorted(index.topics.items(), key=lambda pair: -len(pair[1]))
        known = {"issues": index.issues, "evergreen": self._evergreen}
        counts = [(slug, len(items)) for slug, items in topics]
        yield self._render("site/index.html.j2", "index.html", years=years, topics=counts, **known)
        yield self._render("site/README.md.j2", "README.md", **(known | {"years": list(index.years.items())}))
        yield self._render("site/style.css.j2", "style.css")
        yield self._render("site/search.js", "search.js")
        yield self._render("site/search.html.j2", "search.html", heading=say["search"], years=list(index.years))
        yield self._render(
            "site/years.html.j2",
            "years/index.html",
            heading=say["issues"],
            years=years,
            here="",
            issues=index.issues[:RECENT],
        )
        yield self._render("site/topics.html.j2", "topics/index.html", heading=say["topics"], topics=topics)
        for kind, of in (("collections", CollectionPage), ("handbook", HandbookPage)):
            pages = [page for page in self._evergreen if isinstance(page, of)]
            yield self._render("site/evergreen.html.j2", f"{kind}/index.html", heading=say[kind], pages=pages)
        entries = [
            entry
            for issue in index.issues[:LATEST]
            for entry in (of_issue(issue, newsletter), *of_errata(issue, newsletter))
        ]
        feed = Feed(
            place="feed", title=newsletter.title, home=f"{newsletter.url}/", entries=entries, newsletter=newsletter
        )
        yield from feed.files(self._templates)
        yield self._render("site/sitemap.xml.j2", "sitemap.xml", places=self._places())

    def _places(self) -> list[tuple[str, str]]:
        """The addresses of a sitemap, with the days of their last change where they are known."""
        index = self._index
        places = [(f"{issue.folder}/", f"{issue.published.date()}") for issue in index.issues]
        places += [(f"topics/{slug}/", f"{items[0].issue.published.date()}") for slug, items in index.topics.items()]
        places += [(page.place, "") for page in (*self._evergreen, *self._all_depth())]
        return [("", places[0][1] if places else ""), *places]

    def _year(self, year: str) -> Iterator[File]:
        index = self._index
        issues = index.years[year]
        years = [(each, len(found)) for each, found in index.years.items()]
        place = f"years/{year}.html"
        yield self._render("site/years.html.j2", place, heading=year, years=years, here=year, issues=issues)
        items = list(chain.from_iterable(issue.items for issue in issues))
        yield f"search/{year}.js", search.index(year, items, {item.topic: self.label(item.topic) for item in items})

    def _topic(self, slug: str, changed: set[str]) -> Iterator[File]:
        items, newsletter = self._index.topics[slug], self._settings.newsletter
        by_year: dict[str, list[ArchivedCard]] = {}
        for item in items:
            by_year.setdefault(item.issue.year, []).append(item)
        weeks = sorted((page.stem for page in self._depth.get(slug, ())), reverse=True)
        known = {
            "heading": self.label(slug) or self._say["other"],
            "years": [(year, len(found)) for year, found in by_year.items()],
            "count": len(items),
        }
        template = "site/topic.html.j2"
        recent = {"items": items[:RECENT], "weeks": weeks[:RECENT], "here": ""}
        yield self._render(template, f"topics/{slug}/index.html", **known, **recent)
        for year in sorted(changed):
            shown = {"items": by_year[year], "weeks": [week for week in weeks if week.startswith(year)], "here": year}
            yield self._render(template, f"topics/{slug}/{year}.html", **known, **shown)
        feed = Feed(
            place=f"topics/{slug}/feed",
            title=f"{newsletter.title} · {known['heading']}",
            home=f"{newsletter.url}/topics/{slug}/",
            entries=[of_item(item, newsletter) for item in items[:LATEST]],
            newsletter=newsletter,
        )
        yield from feed.files(self._templates)

    def _names(self, kind: str, groups: Mapping[str, Sequence[ArchivedCard]], changed: set[str]) -> Iterator[File]:
        ranked = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        names = [(name, len(items)) for name, items in ranked[:NAMES]]
        place, heading = f"{kind}/index.html", self._say[kind]
        yield self._render("site/names.html.j2", place, heading=heading, kind=kind, names=names, total=len(ranked))
        for name, items in groups.items():
            if name.casefold() in changed:
                shown = {"heading": name, "kind": kind, "items": items[:MANY], "total": len(items)}
                yield self._render("site/name.html.j2", f"{kind}/{file_name(name)}.html", **shown)

    def _around(self, issue: ArchivedIssue) -> Iterator[ArchivedIssue]:
        return filter(None, (issue, *self._index.neighbours(issue.week)))

    def _steps(self, issue: ArchivedIssue) -> Iterator[File]:
        before, after = self._index.neighbours(issue.week)
        for where, to, none in (("previous", before, "first_is"), ("next", after, "newest_is")):
            heading = self._say[where if to else none]
            yield self._render("site/step.html.j2", step(issue.week, where), heading=heading, to=to, here=issue)

    def _page(self, page: CollectionPage | HandbookPage) -> File:
        known = {"heading": page.title, "document": page.document, "source": f"{page.stem}.md"}
        return self._render(page.template, page.place, **known, **page.context())

    def _in_depth(self, page: DepthPage) -> File:
        topic = self.label(page.slug) or self._say["other"]
        heading = f"{topic} · {page.stem}"
        issue = next((each for each in self._index.issues if each.week == page.stem), None)
        known = {"heading": heading, "topic": topic, "source": f"{page.stem}.md", **page.context()}
        return self._render(page.template, page.place, issue_place=issue.place if issue else "index.html", **known)
