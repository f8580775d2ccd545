"""The search, in real Chromium and from a disk, over papers that were really published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.libraries import CARDS, fill, papers
from weekly.archive.folder import Archive
from weekly.render.environment import environment
from weekly.settings import Settings

ISSUES = 250
BYTES = 300_000


@pytest.fixture(scope="module")
def found_papers(shared):
    return dict(zip(range(ISSUES * CARDS), papers(shared), strict=False))


@pytest.fixture(scope="module")
def real(tmp_path_factory, shared):
    """An archive of papers, whose pages are those that the search needs."""
    root = tmp_path_factory.mktemp("real")
    fill(root, shared, ISSUES)
    Archive(root).refresh(Settings(), environment())
    return root


class Search:
    """The search page, asked one thing after another."""

    def __init__(self, page, root):
        self.page, self.root, self.read = page, root, 0
        page.on("requestfinished", self._count)
        self.open()

    def _count(self, request):
        path = Path(request.url.partition("?")[0].removeprefix("file://"))
        self.read += path.stat().st_size if "/search/" in str(path) else 0

    def open(self, query=""):
        self.page.goto(f"{(self.root / 'search.html').as_uri()}{query}")

    def ask(self, query):
        """What is shown for *query*: heading, first authors and text of each card, and the bytes that it took."""
        self.open()
        self.read = 0
        self.page.evaluate("performance.clearMeasures()")
        self.page.locator("#Query").fill(query)
        self.settle()
        return self.shown()

    def settle(self):
        self.page.wait_for_function("performance.getEntriesByName('weekly-search').length")

    def shown(self):
        return [item.inner_text() for item in self.page.locator("#Results li").all()]

    def titles(self):
        return self.page.locator("#Results h2").all_inner_texts()


@pytest.fixture(scope="module")
def search(chromium, real):
    with chromium.window() as page:
        yield Search(page, real)


def plain(title):
    return title.replace("：", ": ").replace(":  ", ": ")


@pytest.mark.sample(8)
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("2504.08685", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        (
            "https://arxiv.org/abs/2504.08685v1",
            "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model",
        ),
        ("Seeweed", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("Saeweed", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("seawee", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("ＳＥＡＷＥＥＤ", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("seaweed7b", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("Team Seawead", "Seaweed-7B: Cost-Effective Training of Video Generation Foundation Model"),
        ("Cost-Effective Training of Video Generation Foundation Model", "Seaweed-7B: Cost-Effective"),
        ("OmniSVG", "OmniSVG: A Unified Scalable Vector Graphics Generation Model"),
        ("omni svg", "OmniSVG: A Unified Scalable Vector Graphics Generation Model"),
        ("scalable vector graphics", "OmniSVG: A Unified Scalable Vector Graphics Generation Model"),
        ("Kimi-VL", "Kimi-VL Technical Report"),
        ("kimi vl technical", "Kimi-VL Technical Report"),
        ("HoloPart", "HoloPart: Generative 3D Part Amodal Segmentation"),
        ("holoprat", "HoloPart: Generative 3D Part Amodal Segmentation"),
        ("amodal segmentation 3d part", "HoloPart: Generative 3D Part Amodal Segmentation"),
        ("FedPaI", "FedPaI: Achieving Extreme Sparsity in Federated Learning"),
        ("Virtual Mixture-of-Experts", "A Unified Virtual Mixture-of-Experts Framework"),
    ],
)
def test_what_is_meant_comes_first_and_costs_little(search, query, first):
    search.ask(query)
    assert plain(search.titles()[0]).startswith(first)
    assert search.read <= BYTES


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", ["Bo Li", "Yang Liu", "Wei Zhang", "Dacheng Tao", "dacheng tao", "Tat-Seng Chua"])
def test_an_author_is_a_whole_name_and_not_its_parts(search, found_papers, name):
    written = {
        paper["title"]
        for paper in found_papers.values()
        if name.casefold() in {each.casefold() for each in (paper.get("authors") or ())[:20]}
    }
    shown = search.ask(name)
    count = int(search.page.locator("#Status").inner_text().split()[0])
    assert count == len(written)
    assert all(name.casefold() in one.casefold() for one in shown)
    assert search.read <= BYTES


@pytest.mark.sample(3)
@pytest.mark.parametrize("query", ["视频生成模型", "大模型推理", "强化学习", "多模态", "扩散模型", "思维链推理"])
def test_chinese_is_found_without_blanks(search, query):
    assert query[:2] in search.ask(query)[0]
    assert search.page.locator("#Results mark").count() > 0
    assert search.read <= BYTES


def test_words_in_two_languages_narrow_each_other(search):
    shown = search.ask("字节跳动 agent")
    assert all("字节跳动" in one and "agent" in one.casefold() for one in shown)
    assert search.read <= BYTES


def test_nothing_is_found_for_nonsense_and_said_so(search):
    assert search.ask("qqxzzv jjwwk") == []
    assert search.page.locator("#Status").inner_text() == "没有找到"


def test_year_topic_and_kind_narrow_a_search_and_stand_in_its_address(search):
    search.ask("learning")
    page = search.page
    whole = int(page.locator("#Status").inner_text().split()[0])
    page.locator("select[name=year]").select_option("2018")
    page.wait_for_url("**year=2018*")  # each filter whose cards were shown is a step back
    page.locator("select[name=kind]").select_option("project")
    page.wait_for_url("**year=2018*kind=project")
    page.wait_for_function(
        "[...document.querySelectorAll('#Results .kicker:first-of-type')].every(one => one.innerText.startsWith('2018'))"
    )
    narrowed = "(most) => parseInt(document.querySelector('#Status').innerText) < most"
    page.wait_for_function(narrowed, arg=whole / 5)
    address, shown = page.url, search.titles()
    page.go_back()
    page.go_back()
    page.locator("#Status", has_text=f"{whole} ").wait_for()
    page.goto(address)
    page.locator("#Results li").first.wait_for()
    assert search.titles() == shown
    assert page.locator("select[name=kind]").input_value() == "project"


def test_more_results_come_on_demand(search):
    search.ask("learning")
    assert len(search.titles()) == 10
    search.page.locator("#More").click()
    search.page.wait_for_function("document.querySelectorAll('#Results li').length === 20")
    assert len(set(search.titles())) == 20


def test_the_keyboard_is_enough(search):
    search.open("?q=learning")
    page = search.page
    page.locator("#Results li").first.wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "Query"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.href") == page.locator("#Results a").nth(1).evaluate("one => one.href")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "Query"


def test_what_a_card_says_is_shown_and_never_run(chromium, tmp_path):
    from tests.cards import HOSTILE, an_issue, hostile_cards
    from weekly.render.issue import IssueRenderer

    (tmp_path / "2025" / "W15").mkdir(parents=True)
    data = IssueRenderer(Settings(), environment()).data(an_issue(hostile_cards()))
    (tmp_path / "2025" / "W15" / "issue.json").write_text(json.dumps(data), encoding="utf-8")
    Archive(tmp_path).refresh(Settings(), environment())
    with chromium.window() as page:
        asked = Search(page, tmp_path)
        shown = asked.ask("script hurt title")
        assert HOSTILE["script"] in shown[0]
        assert page.title() != "hurt"
        assert page.locator("#Results img, #Results script").count() == 0
