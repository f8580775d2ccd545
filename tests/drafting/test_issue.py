from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import context as checked
from tests.drafting.endpoint import endpoint, says
from tests.drafting.works import candidate, context, paper, settings
from weekly.checks.evidence import opening
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.drafting.issue import Opening, compose
from weekly.models import Kind, Week
from weekly.pipeline import draft
from weekly.render.environment import environment
from weekly.testing import workspace

WEEK = Week.parse("2025-W15")
CARD = ExtractiveDrafter(context()).card(candidate(paper()))


def issue(*cards, language="zh", given=None):
    return compose(WEEK, cards, None, settings(newsletter={"language": language}), environment(), given)


def named(name: str, topic: str, kind: Kind = Kind.PAPER):
    return replace(CARD, id=name, name=name, topic=topic, kind=kind)


def test_headlines_and_summary_name_the_best_by_topic():
    made = issue(
        named("A", "3d"),
        named("B", "agents"),
        named("C", "3d"),
        named("D", "agents"),
        named("E", "3d"),
        named("F", "3d"),
    )
    assert made.headlines == ("A：图像生成框架", "B：图像生成框架", "C：图像生成框架")
    told = "是图像生成框架（improves FID by 12.5% over IconShop）"
    assert made.summary == f"本周亮点：A {told}；C {told}；E {told}；B {told}；D {told}。其余详见正文。"
    assert [card.name for card in made.cards] == ["A", "C", "E", "F", "B", "D"]
    assert list(opening(checked(made))) == []


def test_names_make_better_headlines_than_whole_titles():
    made = issue(
        named("A title that is as long as a sentence", "3d"),
        named("B", "agents"),
        named("C", "3d"),
        named("Lib 1.0", "3d", Kind.RELEASE),
    )
    assert made.headlines == ("B：图像生成框架", "C：图像生成框架", "Lib 1.0")


def test_an_english_opening():
    kind = tuple(replace(fact, value="a framework") if fact.name == "kind" else fact for fact in CARD.facts)
    made = issue(replace(named("A", "3d"), facts=kind), replace(named("B", "other"), facts=()), language="en")
    assert made.summary == "This week: A is a framework (3D, improves FID by 12.5% over IconShop); B."
    assert made.headlines == ("A: framework", "B")


def test_an_opening_that_somebody_wrote_is_taken_and_a_missing_one_is_noted():
    assert issue(CARD, given=Opening(headlines=("X",), summary="Y")).headlines == ("X",)
    made = issue(CARD, given=Opening(note="why"))
    assert (made.notes, made.headlines) == (("why",), ("OmniSVG：图像生成框架",))


def test_a_draft_with_a_model_has_its_cards_its_opening_and_its_costs(tmp_path):
    card = {
        "line": "矢量图模型",
        "sentences": [{"text": "OmniSVG 把预训练视觉语言模型变成矢量图的书写者，能写出各种图标。", "sources": [3]}],
        "plain": "它会写图。",
        "tags": [],
    }
    top = {"headlines": ["OmniSVG矢量图"], "summary": "本周亮点：OmniSVG 把视觉语言模型变成矢量图的书写者，值得细读。"}
    behave = lambda handler, body: says(top if '"items"' in body["messages"][-1]["content"] else card)(handler, body)  # noqa: E731
    with endpoint([behave]) as stand:
        toml = f'[llm]\nbase_url = "{stand.url}"\nmodel = "m"\nprice_in = 1\nprice_out = 1\n[http]\ntimeout = 5\nmax_wait = 0\n'
        with workspace(tmp_path, toml) as opened:
            store = opened.store
            with store.write() as tx:
                tx.candidates.replace(WEEK, [candidate(paper())])
            made = draft(opened, WEEK).draft
            with store.read() as tx:
                costs = tx.model_answers.costs("2025-W15")
    assert made.headlines == ("OmniSVG矢量图",)
    assert made.cards[0].summary.partition("\n\n")[0] == card["sentences"][0]["text"]
    assert costs.outcome == "2 calls"
    assert costs.cost > 0
