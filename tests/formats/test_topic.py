from __future__ import annotations

import re

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import from_json, to_json
from weekly.formats.topic import SECTIONS, Paper, PaperSection, PaperTopic, TopicPage, parse
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
PAPER = Paper(
    title="SAEdit: Token-level control",
    date="2025-10-06",
    institutions=("TAU", "University of California, Berkeley"),
    venue="ICCV 2025",
    rating="⭐️⭐️",
    links=("http://arxiv.org/abs/2510.05081v1", "https://ronen94.github.io/SAEdit/"),
    sections=(
        PaperSection(
            heading="概述", body="本文提出了一种方法。", images=("https://x.org/1.png", "https://x.org/2.png")
        ),
        PaperSection(heading="通俗易懂", body="就是这样。"),
    ),
)
WRITTEN = """\
# Topic: Image Generation··
## SAEdit: Token-level control·
2025-10-06｜TAU, University of California&#44; Berkeley｜ICCV 2025｜⭐️⭐️·

<u>http://arxiv.org/abs/2510.05081v1</u>··
<u>https://ronen94.github.io/SAEdit/</u>·
### 概述·
![](https://x.org/1.png)·
![](https://x.org/2.png)··
本文提出了一种方法。

### 通俗易懂··
就是这样。·
""".replace("·", " ")


def test_a_page_written_from_scratch_has_the_form_of_the_model():
    page = TopicPage(topics=(PaperTopic(name="Image Generation", papers=(PAPER,)),))
    assert render(page, ENVIRONMENT) == WRITTEN
    assert parse(WRITTEN) == page


@pytest.mark.parametrize(
    ("line", "institutions", "venue", "rating"),
    [
        ("2025-10-06｜TAU", ("TAU",), "", ""),
        ("2025-10-06｜TAU ,MIT｜⭐️🟡", ("TAU", "MIT"), "", "⭐️🟡"),
        ("2025-10-06｜TAU, MIT｜SIGGRAPH Asia 2025", ("TAU", "MIT"), "SIGGRAPH Asia 2025", ""),
        ("2025-10-06｜Unknown｜ICCV 2025｜🟡", ("Unknown",), "ICCV 2025", "🟡"),
    ],
)
def test_the_line_under_a_title_has_two_to_four_parts(line, institutions, venue, rating):
    text = f"# Topic: X\n## T\n{line}\n\n<u>http://arxiv.org/abs/1</u>\n"
    page = parse(text)
    paper = page.topics[0].papers[0]
    assert (paper.date, paper.institutions, paper.venue, paper.rating) == ("2025-10-06", institutions, venue, rating)
    assert render(from_json(to_json(page)), ENVIRONMENT) == text


def test_a_page_may_have_a_title_special_topics_and_papers_without_a_topic():
    text = "# 导读\n\n编者按\n\n## A\n2025-01-01｜X\n\n# Special Topic: B｜C 10.8\n## D\n2025-01-01｜X\n"
    page = parse(text)
    assert page.title == "导读"
    assert [(topic.name, len(topic.papers)) for topic in page.topics] == [("", 1), ("B｜C 10.8", 1)]
    assert render(from_json(to_json(page)), ENVIRONMENT) == text


def test_an_edited_institution_is_what_gets_written():
    data = to_json(parse(WRITTEN.replace("TAU, ", "TAU , ")))
    data["topics"][0]["papers"][0]["institutions"] = ["MIT"]
    assert "2025-10-06｜MIT｜ICCV 2025｜⭐️⭐️" in render(from_json(data), ENVIRONMENT)


def test_mistakes_are_reported():
    text = "# Topic: X\n## T\n### 概述\na\n# Topic: X\n## T\n2025-01-01｜A\n<u>http://a.org</u>\n"
    found = {(finding.kind, finding.line) for finding in parse(text).findings}
    assert {("no-links", 2), ("no-facts", 2), ("section-missing", 2), ("duplicate", 5), ("duplicate", 6)} <= found


def test_a_text_without_topics_is_refused():
    with pytest.raises(ParseError, match="no topic"):
        parse("text\n")


def test_the_pages_at_hand_come_back_byte_for_byte_and_are_understood():
    for name, text in texts("topic").items():
        page = parse(text)
        assert render(from_json(to_json(page)), ENVIRONMENT) == text, name
        papers = [paper for topic in page.topics for paper in topic.papers]
        sections = [section for paper in papers for section in paper.sections]
        assert len(page.topics) == len(re.findall(r"(?m)^# (?:Special )?Topic", text)), name
        assert len(papers) == len(re.findall(r"(?m)^## ", text)) == len(re.findall(r"(?m)^\d{4}-\d\d-\d\d｜", text)), (
            name
        )
        assert sum(len(paper.links) for paper in papers) == text.count("<u>"), name
        assert sum(len(section.images) for section in sections) == text.count("![]("), name
        assert [section.heading for section in sections] == list(SECTIONS) * len(papers), name
        assert all(paper.date and paper.institutions and paper.links for paper in papers), name
        assert all(url.startswith("http") for paper in papers for url in paper.links), name
