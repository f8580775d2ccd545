"""The pages of the archive that follow from its issues: which there are, and the text of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any
from urllib.parse import quote

from jinja2 import Environment

from weekly.render.card_views import topic_name
from weekly.render.environment import program_version, template_version
from weekly.render.markdown import lawful
from weekly.render.paths import file_name, social, step
from weekly.render.site import icon, linked_data
from weekly.render.site.evergreen import CollectionPage, DepthPage, HandbookPage
from weekly.render.site.feeds import CARDS, ISSUES, Feed
from weekly.render.site.issues import ArchivedCard, ArchivedIssue, IssueIndex
from weekly.render.site.parts import File, SitePart, fingerprint
from weekly.render.site.search.index import FORMAT
from weekly.render.site.search.index import index as search_index
from weekly.render.site.sparkline import by_month, sparkline
from weekly.settings import Settings

RECENT = 40
"""Cards on the first page of a topic."""
MANY = 200
"""Cards on the page of a tag."""
NAMES = 2_000
"""Tags on the page of all tags."""


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
        topics = [(topic.slug, topic.name, topic.name_en) for topic in settings.topics]
        self._version = fingerprint(settings.newsletter.model_dump_json(), topics, program_version())
        self._templates_of = cache(partial(template_version, templates))
        words: Any = templates.get_template("site/words.j2").module
        self._say: Mapping[str, Any] = words.zh if settings.newsletter.language == "zh" else words.en

    def label(self, slug: str) -> str:
        """What readers call the topic *slug*; empty for `other`."""
        if slug not in self._labels:
            self._labels[slug] = topic_name(slug, self._settings.newsletter.language, self._settings)
        return self._labels[slug]

    def parts(self, weeks: Iterable[str] | None = None) -> Iterator[SitePart]:
        """Everything, or what the issues of *weeks* have changed."""
        index = self._index
        new = [issue for issue in index.issues if weeks is None or issue.week in set(weeks)]
        items = list(chain.from_iterable(issue.items for issue in new))
        yield from self._front()
        yield from map(self._year, index.years)
        for slug in dict.fromkeys(item.topic for item in items):
            yield from self._topic(slug)
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

    def _part(
        self, template: str, place: str, context: Callable[[], Mapping[str, Any]] = dict, **known: Any
    ) -> SitePart:
        """The page *place*; *context* is what its template sees besides *known*, of which it follows."""
        newsletter, address = self._settings.newsletter, self._address(place)
        heading = known.setdefault("heading", newsletter.title)
        common = {
            "newsletter": newsletter,
            "language": newsletter.language,
            "root": "../" * place.count("/"),
            "address": address,
            "linked": linked_data.page("CollectionPage", heading, address, newsletter),
            "label": self.label,
            "social": social,
        }

        def files() -> Iterator[File]:
            yield place, lawful(self._templates.get_template(template).render(common | known | dict(context())))

        return SitePart(place=place, key=fingerprint(self._version, self._templates_of(template), known), files=files)

    def _address(self, place: str) -> str:
        """Where the page *place* is on the web: its only address, whatever else leads there."""
        return f"{self._settings.newsletter.url}/{quote(re.sub('(?:^|(?<=/))index[.]html$', '', place))}"

    def _feed(self, feed: Feed) -> Iterator[SitePart]:
        template = self._templates_of("site/feed.xml.j2")
        key = fingerprint(self._version, template, feed.place, feed.title, feed.home, feed.of)
        for ending, file in (("xml", feed.atom), ("json", feed.json)):
            place = f"{feed.place}.{ending}"
            yield SitePart(place=place, key=key, files=partial(_alone, place, partial(file, self._templates)))

    def _front(self) -> Iterator[SitePart]:
        index, newsletter, say = self._index, self._settings.newsletter, self._say
        years = [(year, len(issues)) for year, issues in index.years.items()]
        topics = sorted(index.topics.items(), key=lambda pair: -len(pair[1]))
        known: dict[str, Any] = {"issues": index.issues, "evergreen": self._evergreen}
        counts = [(slug, len(items), sparkline(by_month(items, index.issues))) for slug, items in topics]
        linked = linked_data.site(newsletter, newsletter.description or say["what"])
        yield self._part("site/index.html.j2", "index.html", years=years, topics=counts, linked=linked, **known)
        yield self._part("site/README.md.j2", "README.md", **(known | {"years": list(index.years.items())}))
        yield self._part("site/style.css.j2", "style.css")
        yield self._part("site/search.js", "search.js")
        yield self._part("site/404.html.j2", "404.html", heading=say["missing"], root=f"{newsletter.url}/")
        yield from self._fixed()
        yield from self._search()
        yield self._part(
            "site/years.html.j2",
            "years/index.html",
            heading=say["issues"],
            years=years,
            here="",
            issues=index.issues[:RECENT],
        )
        yield self._part("site/topics.html.j2", "topics/index.html", heading=say["topics"], topics=topics)
        for kind, of in (("collections", CollectionPage), ("handbook", HandbookPage)):
            pages = [page for page in self._evergreen if isinstance(page, of)]
            yield self._part("site/evergreen.html.j2", f"{kind}/index.html", heading=say[kind], pages=pages)
        yield from self._feed(
            Feed(
                place="feed",
                title=newsletter.title,
                home=f"{newsletter.url}/",
                of=index.issues[:ISSUES],
                newsletter=newsletter,
                label=self.label,
            )
        )
        yield self._part("site/sitemap.xml.j2", "sitemap.xml", places=self._places())

    def _fixed(self) -> Iterator[SitePart]:
        """What robots, browsers and GitHub Pages look for."""
        robots = f"User-agent: *\nAllow: /\nSitemap: {self._settings.newsletter.url}/sitemap.xml\n"
        for place, data in (
            ("robots.txt", robots),
            (".nojekyll", "The site is to be served as it stands.\n"),
            ("favicon.svg", icon.SVG),
            ("favicon.ico", icon.ico()),
        ):
            yield SitePart(place=place, key=self._version, files=partial(lambda *file: [file], place, data))

    def _search(self) -> Iterator[SitePart]:
        """The index in two parts: of the newest year, which grows, and of the years before it, which seldom change."""
        index, say = self._index, self._say
        versions: dict[str, str] = {}
        newest = next(iter(index.years), "")
        for name, mine in (("newest", True), ("earlier", False)):
            issues = [issue for issue in reversed(index.issues) if (issue.year == newest) is mine]
            if issues:
                labels = [self.label(slug) for slug in sorted(index.topics)]
                versions[name] = fingerprint(FORMAT, labels, issues)
                cards = list(chain.from_iterable(issue.items for issue in issues))
                files = partial(search_index, name, cards, self.label)
                yield SitePart(place=f"search/{name}/", key=fingerprint(self._version, versions[name]), files=files)
        known: dict[str, Any] = {
            "years": [(year, year) for year in index.years],
            "topics": [(slug, self.label(slug) or say["other"]) for slug in sorted(index.topics)],
            "kinds": [(kind, say["kinds"][kind]) for kind in sorted({item.kind for item in index.items})],
            "parts": dict(reversed(versions.items())),
        }
        yield self._part("site/search.html.j2", "search.html", heading=say["search"], **known)

    def _places(self) -> list[tuple[str, str]]:
        """The addresses of a sitemap, with the days of their last change where they are known."""
        index = self._index
        places = [(f"{issue.folder}/", f"{issue.published.date()}") for issue in index.issues]
        places += [(f"topics/{slug}/", f"{items[0].issue.published.date()}") for slug, items in index.topics.items()]
        places += [(page.place, "") for page in (*self._evergreen, *self._all_depth())]
        return [("", places[0][1] if places else ""), *places]

    def _year(self, year: str) -> SitePart:
        index = self._index
        issues = index.years[year]
        years = [(each, len(found)) for each, found in index.years.items()]
        place = f"years/{year}.html"
        return self._part("site/years.html.j2", place, heading=year, years=years, here=year, issues=issues)

    def _topic(self, slug: str) -> Iterator[SitePart]:
        items, newsletter = self._index.topics[slug], self._settings.newsletter
        by_year: dict[str, list[ArchivedCard]] = {}
        for item in items:
            by_year.setdefault(item.issue.year, []).append(item)
        weeks = sorted((page.stem for page in self._depth.get(slug, ())), reverse=True)
        heading = self.label(slug) or self._say["other"]
        known: dict[str, Any] = {
            "years": [(year, len(found)) for year, found in by_year.items()],
            "weeks": weeks[:RECENT],
            "here": "",
        }
        template, shown = "site/topic.html.j2", items[:RECENT]
        place = f"topics/{slug}/index.html"
        yield self._part(template, place, heading=heading, count=len(items), items=shown, **known)
        years = [(year, 0) for year in by_year]  # how many there are in another year is no news of a year that is over
        for year, shown in by_year.items():
            known = {"years": years, "weeks": [week for week in weeks if week.startswith(year)], "here": year}
            place = f"topics/{slug}/{year}.html"
            yield self._part(template, place, heading=heading, count=len(shown), items=shown, **known)
        feed = Feed(
            place=f"topics/{slug}/feed",
            title=f"{newsletter.title} · {heading}",
            home=f"{newsletter.url}/topics/{slug}/",
            of=items[:CARDS],
            newsletter=newsletter,
            label=self.label,
        )
        yield from self._feed(feed)

    def _names(self, kind: str, groups: Mapping[str, Sequence[ArchivedCard]], changed: set[str]) -> Iterator[SitePart]:
        ranked = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        names = [(name, len(items)) for name, items in ranked[:NAMES]]
        place, heading = f"{kind}/index.html", self._say[kind]
        yield self._part("site/names.html.j2", place, heading=heading, kind=kind, names=names, total=len(ranked))
        for name, items in groups.items():
            if name.casefold() in changed:
                shown: dict[str, Any] = {"heading": name, "kind": kind, "items": items[:MANY], "total": len(items)}
                yield self._part("site/name.html.j2", f"{kind}/{file_name(name)}.html", **shown)

    def _around(self, issue: ArchivedIssue) -> Iterator[ArchivedIssue]:
        return filter(None, (issue, *self._index.neighbours(issue.week)))

    def _steps(self, issue: ArchivedIssue) -> Iterator[SitePart]:
        before, after = self._index.neighbours(issue.week)
        for where, to, none in (("previous", before, "first_is"), ("next", after, "newest_is")):
            heading = self._say[where if to else none]
            yield self._part("site/step.html.j2", step(issue.week, where), heading=heading, to=to, here=issue)

    def _page(self, page: CollectionPage | HandbookPage) -> SitePart:
        return self._part(page.template, page.place, lambda: self._evergreen_context(page), page=page)

    def _evergreen_context(self, page: CollectionPage | HandbookPage) -> Mapping[str, Any]:
        linked = linked_data.evergreen(page, self._address(page.place), self._settings.newsletter)
        known = {"heading": page.title, "document": page.document, "source": f"{page.stem}.md", "about": page.intro}
        return {**known, "linked": linked, **page.context()}

    def _in_depth(self, page: DepthPage) -> SitePart:
        topic = self.label(page.slug) or self._say["other"]
        heading = f"{topic} · {page.stem}"
        known: dict[str, Any] = {"heading": heading, "topic": topic, "source": f"{page.stem}.md", "page": page}
        at = self._index.places.get(page.stem)
        known["issue_place"] = "index.html" if at is None else self._index.issues[at].place

        def context() -> Mapping[str, Any]:
            linked = linked_data.evergreen(page, self._address(page.place), self._settings.newsletter)
            return {"linked": {**linked, "name": heading}, **page.context()}

        return self._part(page.template, page.place, context, **known)


def _alone(place: str, text: Callable[[], str | bytes]) -> Iterator[File]:
    yield place, text()
