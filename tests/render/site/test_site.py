"""The archive as a site: valid, whole, the same however it came about, and true to the issues."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import datetime
from itertools import pairwise
from urllib.parse import unquote, urldefrag

import feedparser
import html5lib
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.cards import a_card, hostile_cards
from tests.published import WEEK, approve, archive, publish_issue
from weekly.archive.folder import Archive, hashes
from weekly.archive.publish import publish
from weekly.archive.verify import verify
from weekly.errors import WorkspaceError
from weekly.models import Draft
from weekly.render.paths import file_name
from weekly.workspace import open_workspace

ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://weekly.example.org"


def pages(root):
    return sorted((root / "archive").rglob("*.html"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, demo_week):
    """A workspace whose only issue is of the worst kind."""
    root = tmp_path_factory.mktemp("hostile") / "w"
    root.mkdir()
    shutil.copyfile(demo_week / "weekly.toml", root / "weekly.toml")
    cards = [a_card(number, picture=None) for number in range(2)]
    cards += [one for one in hostile_cards() if one.picture is None]
    cards += [_without_picture(one) for one in hostile_cards() if one.picture is not None]
    headlines = tuple(one.name for one in cards[2:8])
    with open_workspace(root) as workspace:
        approve(workspace, Draft(week=str(WEEK), language="zh", headlines=headlines, summary="<b>", cards=tuple(cards)))
        publish(workspace, WEEK)
    return root


def _without_picture(card):
    from dataclasses import replace

    return replace(card, picture=None)


def test_every_page_is_valid_html(library, drawn):
    assert len(pages(library)) > 60
    for path in drawn(pages(library), 20):
        if path.name != "email.html":
            html5lib.HTMLParser(strict=True).parse(path.read_text(encoding="utf-8"))


def test_every_page_is_valid_html_whatever_the_cards_say(hostile, drawn):
    for path in drawn(pages(hostile), 20):
        text = path.read_text(encoding="utf-8")
        html5lib.HTMLParser(strict=True).parse(text)
        page = BeautifulSoup(text, "html.parser")
        scripts = page.find_all("script", type=None)
        assert all(json.loads(data.get_text()) for data in page.find_all("script", type="application/ld+json"))
        assert not scripts or (path.name == "search.html" and [one["src"] for one in scripts] == ["search.js"])
        assert not [one for one in page.find_all(True) for name in one.attrs if name.startswith("on")]
        assert not page.find_all(href=re.compile(r"(?i)^\s*(javascript|data|vbscript):"))


def test_every_link_inside_the_archive_leads_somewhere(library):
    ids = {}
    for path in pages(library):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        ids[path] = {one["id"] for one in page.find_all(id=True)}
    for path in pages(library):
        if path.name == "email.html":
            continue
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for one in page.find_all(["a", "img", "link", "script"]):
            target, anchor = urldefrag(one.get("href") or one.get("src") or "")
            if target.startswith(("http://", "https://", "mailto:")):
                continue
            there = (path.parent / unquote(target)).resolve() if target else path
            assert there.is_file(), (path, target)
            assert not anchor or unquote(anchor) in ids[there], (path, target, anchor)


def test_every_page_has_landmarks_one_heading_and_a_way_past_the_navigation(library):
    for path in pages(library):
        if path.name == "email.html":
            continue
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert page.html["lang"] == "zh-Hans"
        assert len(page.find_all("h1")) == 1, path
        assert page.find("main")["id"] == "Text"
        assert page.find("a", class_="skip")["href"] == "#Text"
        assert page.find("header")
        assert page.find("footer")
        levels = [int(one.name[1]) for one in page.find_all(re.compile(r"^h[1-6]$"))]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)


def test_an_issue_shows_its_cards_by_topic_each_at_an_anchor_for_ever(library):
    folder = library / "archive" / "2025" / "W15"
    page = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    items = json.loads((folder / "issue.json").read_text(encoding="utf-8"))["items"]
    assert {one["id"] for one in page.find_all("article", class_="card")} == {one["anchor"] for one in items}
    assert page.find("article", id=items[0]["anchor"]).h3.get_text().startswith("1. Seaweed-7B")
    image = page.find("meta", property="og:image")["content"]
    assert (library / "archive" / image.removeprefix(f"{URL}/")).is_file()


def test_what_follows_can_be_rebuilt_from_the_issues_alone(library, tmp_path, weekly):
    root = shutil.copytree(library, tmp_path / "copy")

    def pages():
        # The manifest is signed with the secret, which goes too.
        return [path for path in (root / "archive").rglob("*") if path.is_file() and path.name != ".manifest.json"]

    kept = {path: path.read_bytes() for path in pages()}
    shutil.rmtree(root / ".weekly")
    for path in kept:
        inside = path.relative_to(root / "archive").as_posix()
        if not re.match(r"\d{4}/W\d\d/", inside) and not inside.endswith(".md"):
            path.unlink()
    ran = weekly("--workspace", root, "archive", "rebuild")
    assert ran.status == 0, ran.err
    assert {path: path.read_bytes() for path in kept} == kept
    assert set(pages()) == set(kept)


def test_publishing_one_more_touches_what_it_changes_and_no_issue(library, tmp_path):
    root = shutil.copytree(library, tmp_path / "copy")
    before = hashes(root / "archive")
    with open_workspace(root) as workspace:
        publish_issue(workspace, week=WEEK.shift(1))
        after = hashes(root / "archive")
        assert [found.faults for found in verify(workspace)] == [(), (), (), ()]
        changed = {name for name in before if after[name] != before[name]}
        fresh = {name for name in after if name not in before}
        Archive(workspace.archive).refresh(workspace.settings, workspace.environment)
        assert hashes(root / "archive") == after
    assert not [name for name in changed if re.match(r"\d{4}/", name)]
    assert {name for name in changed if "/" in name and not name.startswith(("topics/3d", "topics/agents", "tags/", "search/"))} == {
        "years/2025.html", "years/index.html", "steps/2025-W15-next.html", "topics/index.html",
    }  # fmt: skip
    assert {name.split("/")[0] for name in fresh} == {"2025", "steps", "social", "topics"}


def test_an_issue_leads_to_the_next_one_without_being_changed(library, tmp_path):
    page = BeautifulSoup((library / "archive/2025/W14/index.html").read_text(encoding="utf-8"), "html.parser")
    following = library / "archive/2025/W14" / page.find("a", rel="next")["href"]
    step = BeautifulSoup(following.read_text(encoding="utf-8"), "html.parser")
    assert step.find("meta", {"http-equiv": "refresh"})["content"] == "0; url=../2025/W15/index.html"
    assert step.main.a["href"] == "../2025/W15/index.html"
    last = (library / "archive/steps/2025-W15-next.html").read_text(encoding="utf-8")
    assert "这已是最新一期" in last
    assert "refresh" not in last
    first = (library / "archive/steps/2025-W13-previous.html").read_text(encoding="utf-8")
    assert "这是第一期" in first


def test_the_evergreen_pages_keep_their_anchors_and_their_source(library):
    archive_ = library / "archive"
    handbook = BeautifulSoup((archive_ / "handbook/video.html").read_text(encoding="utf-8"), "html.parser")
    wanted = re.findall(r"\]\(#(.+?)\)", (archive_ / "handbook/video.md").read_text(encoding="utf-8"))
    assert [one["id"] for one in handbook.find_all("article")] == wanted
    entries = BeautifulSoup((archive_ / "collections/video.html").read_text(encoding="utf-8"), "html.parser")
    assert [one.h2.get_text(" ").split()[0] for one in entries.find_all("article")][:2] == ["Seaweed-7B", "GenDoP"]
    for page in (handbook, entries):
        assert page.find("a", href="video.md")


def test_pages_that_people_wrote_are_shown_too_and_never_from_far_away(library, tmp_path, weekly):
    root = shutil.copytree(library, tmp_path / "copy")
    text = "# Mine\n\nJust text <script>x</script> ![far](https://a.example/t.gif)\n"
    for place in ("collections/mine.md", "handbook/deep/mine.md"):
        (root / "archive" / place).parent.mkdir(parents=True, exist_ok=True)
        (root / "archive" / place).write_text(text, encoding="utf-8")
    assert weekly("--workspace", root, "archive", "rebuild").status == 0
    for place in ("collections/mine.html", "handbook/deep/mine.html"):
        page = BeautifulSoup((root / "archive" / place).read_text(encoding="utf-8"), "html.parser")
        assert not page.main.find_all(["script", "img"])
        assert not page.find_all("script", type=None)
        assert "Just text" in page.main.get_text()


def check_atom(path):
    tree = ET.parse(path).getroot()
    assert tree.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(tree.findall(ATOM + name)) == 1
    assert tree.find(f"{ATOM}author/{ATOM}name").text
    links = {link.get("rel"): link.get("href") for link in tree.findall(f"{ATOM}link")}
    assert links["self"].endswith(path.name)
    entries = tree.findall(f"{ATOM}entry")
    identities = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(identities)) == len(identities)
    for entry in entries:
        for name in ("id", "title", "updated", "published"):
            assert len(entry.findall(ATOM + name)) == 1
        assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text).tzinfo
        assert entry.find(f"{ATOM}link").get("rel") == "alternate"
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert entry.find(f"{ATOM}id").text.startswith(f"{URL}/")
    return entries


@pytest.mark.parametrize("which", ["library", "hostile"])
def test_every_feed_is_what_atom_and_json_feed_demand(request, which):
    root = request.getfixturevalue(which)
    feeds = sorted((root / "archive").rglob("feed.xml"))
    assert len(feeds) > 3
    for path in feeds:
        parsed = feedparser.parse(path.read_bytes())
        assert not parsed.bozo, path
        assert parsed.version == "atom10"
        entries = check_atom(path)
        data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert data["version"] == "https://jsonfeed.org/version/1.1"
        assert data["title"]
        assert data["feed_url"].endswith("feed.json")
        assert [item["id"] for item in data["items"]] == [entry.find(f"{ATOM}id").text for entry in entries]
        for item in data["items"]:
            assert item["url"].startswith(f"{URL}/")
            assert item["content_html"]
            assert datetime.fromisoformat(item["date_published"]).tzinfo


def test_every_page_says_what_and_where_it_is(library):
    for path in pages(library):
        place = path.relative_to(library / "archive").as_posix()
        if path.name in {"email.html", "404.html"} or place.startswith("steps/"):
            continue
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        canonical = page.find("link", rel="canonical")["href"]
        assert unquote(canonical) == f"{URL}/{place}".removesuffix("index.html"), place
        assert page.find("meta", property="og:url")["content"] == canonical
        assert page.find("meta", {"name": "description"})["content"]
        data = json.loads(page.find("script", type="application/ld+json").get_text())
        assert data["url"] == canonical
        assert data["@context"] == "https://schema.org"
        if place.startswith("2025/"):
            assert data["@type"] == "NewsArticle"
            assert {part["@type"] for part in data["hasPart"]} >= {"ScholarlyArticle"}


def test_an_archive_alone_leads_to_no_form_that_nobody_answers(library, tmp_path, weekly):
    assert not [
        path
        for path in pages(library)
        if "/subscribe" in path.read_text(encoding="utf-8") and path.name != "email.html"
    ]
    root = shutil.copytree(library, tmp_path / "copy")
    settings = (root / "weekly.toml").read_text(encoding="utf-8")
    form = '[newsletter]\nsubscribe_url = "https://forms.example.org/weekly"\ndescription = "One <sentence>."\n'
    (root / "weekly.toml").write_text(settings.replace("[newsletter]\n", form), encoding="utf-8")
    assert weekly("--workspace", root, "archive", "rebuild").status == 0
    home = BeautifulSoup((root / "archive" / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert [one.get_text() for one in home.find_all("a", href="https://forms.example.org/weekly")] == ["订阅", "订阅"]
    assert "One <sentence>." in home.main.get_text()


def test_robots_browsers_and_pages_find_what_they_look_for(library):
    archive_ = library / "archive"
    assert f"Sitemap: {URL}/sitemap.xml" in (archive_ / "robots.txt").read_text(encoding="utf-8")
    with Image.open(archive_ / "favicon.ico") as icon:
        assert icon.size == (32, 32)
        assert icon.convert("RGBA").getpixel((0, 0))[3] == 0
        assert icon.convert("RGBA").getpixel((12, 9)) == (255, 255, 255, 255)
    lost = BeautifulSoup((archive_ / "404.html").read_text(encoding="utf-8"), "html.parser")
    links = [one.get("href") for one in lost.find_all(["a", "link"]) if not one.get("href").startswith("#")]
    assert all(link.startswith(f"{URL}/") for link in links)


def test_github_pages_serves_every_file_as_it_stands(hostile):
    """Without `.nojekyll` it leaves out what begins with a low line or a dot and reads `{{ }}` in all that begins with `---`.

    https://docs.github.com/en/pages/getting-started-with-github-pages/about-github-pages-and-jekyll
    """
    archive_ = hostile / "archive"
    assert (archive_ / ".nojekyll").is_file()
    assert "{{ 7 * 7 }}" in (archive_ / "2025/W15/index.html").read_text(encoding="utf-8")
    names = [path.relative_to(archive_).as_posix() for path in archive_.rglob("*") if path.is_file()]
    assert [name for name in names if re.search(r"(^|/)[_.#]|~$", name)] == sorted(
        name for name in names if name.endswith((".manifest.json", ".nojekyll"))
    )
    assert len({name.casefold() for name in names}) == len(names)


def test_a_feed_holds_whole_cards_with_their_pictures_and_topics(library):
    feed = feedparser.parse((library / "archive" / "feed.xml").read_bytes())
    entry = feed.entries[0]
    items = json.loads((library / "archive/2025/W15/issue.json").read_text(encoding="utf-8"))["items"]
    content = BeautifulSoup(entry.content[0].value, "html.parser")
    assert [one.get_text() for one in content.find_all("h2")] == [item["title"] for item in items]
    pictures = [item["image"]["url"] for item in items if item["image"]]
    assert [one["src"] for one in content.find_all("img")] == [f"{URL}/2025/W15/{name}" for name in pictures]
    assert "视频生成" in [tag.term for tag in entry.tags]
    data = json.loads((library / "archive" / "feed.json").read_text(encoding="utf-8"))
    assert data["items"][0]["tags"] == [tag.term for tag in entry.tags]


def test_the_sitemap_names_every_issue_once(library):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree = ET.parse(library / "archive" / "sitemap.xml").getroot()
    assert tree.tag == f"{space}urlset"
    places = [one.find(f"{space}loc").text for one in tree]
    assert len(set(places)) == len(places)
    assert {f"{URL}/2025/W{number}/" for number in (13, 14, 15)} < set(places)


def test_the_readme_that_github_shows_leads_to_every_issue_and_page(library):
    text = (library / "archive" / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?!https?:)[^)]+)\)", text):
        assert (library / "archive" / target).is_file(), target
    assert text.count("issue.md)") == 3
    assert "(handbook/video.md)" in text


@pytest.mark.parametrize(
    "text", ["a/../b", "CON", "con", "index", "..", "", "x" * 500, "a b", "a-b", "a_b", "/", "\ud800"]
)
def test_a_file_name_is_safe_on_every_system(text):
    name = file_name(text)
    assert re.fullmatch(r"[^\s/\\.:*?\"<>|]{1,60}", name)
    assert name not in {"con", "index"}


def test_different_tags_have_different_files():
    tags = ["a b", "a-b", "a_b", "a  b", "C++", "C#", "C", "视频", "视 频"]
    assert len({file_name(tag) for tag in tags}) == len(tags)
    assert file_name("Agents") == file_name("agents")


def test_a_damaged_issue_is_named_and_nothing_is_written(library, tmp_path):
    root = shutil.copytree(library, tmp_path / "copy")
    (root / "archive/2025/W14/issue.json").write_text("{", encoding="utf-8")
    with open_workspace(root) as workspace, pytest.raises(WorkspaceError, match=r"W14/issue\.json: cannot be read"):
        Archive(workspace.archive).refresh(workspace.settings, workspace.environment)


def test_an_english_archive_speaks_english(demo_week, tmp_path):
    settings = (demo_week / "weekly.toml").read_text(encoding="utf-8")
    root = tmp_path / "en"
    root.mkdir()
    english = settings.replace('language = "zh"', 'language = "en"').replace("AI周报", "AI Weekly")
    (root / "weekly.toml").write_text(english, encoding="utf-8")
    draft = Draft(week=str(WEEK), language="en", headlines=("A",), summary="B.", cards=(plain_card(),))
    with open_workspace(root) as workspace:
        approve(workspace, draft)
        publish(workspace, WEEK)
    for path in pages(root):
        text = path.read_text(encoding="utf-8").replace("编辑部，示例路 1 号", "")
        assert not re.search("[\u4e00-\u9fff]", text), path


def plain_card():
    return a_card(1, text="Plain.", tags=("diffusion",), institutions=("Example University",), picture=None)


def test_authors_of_more_than_one_card_have_a_page(hostile):
    people = hostile / "archive" / "people"
    page = BeautifulSoup((people / "index.html").read_text(encoding="utf-8"), "html.parser")
    named = {one.bdi.get_text(): one["href"] for one in page.find_all("a") if one.bdi}
    items = json.loads((hostile / "archive/2025/W15/issue.json").read_text(encoding="utf-8"))["items"]
    authors = [set(item["authors"]) for item in items]
    assert set(named) == {name for each in authors for name in each if sum(name in other for other in authors) > 1}
    first = min(named)
    shown = BeautifulSoup((people / named[first]).read_text(encoding="utf-8"), "html.parser")
    assert len(shown.main.find_all("li")) == sum(first in each for each in authors)


def test_two_archives_of_the_same_issues_are_the_same(demo_week, tmp_path, library):
    again = archive(demo_week, tmp_path / "again")
    assert hashes(again / "archive") == hashes(library / "archive")
