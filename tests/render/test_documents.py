from __future__ import annotations

from weekly.formats.digest import Digest, Item
from weekly.formats.handbook import Chapter, Handbook, Question
from weekly.render.documents import render
from weekly.render.environment import environment


def test_an_owner_may_replace_a_template(tmp_path):
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "issue.md.j2").write_text("{{ document.title }}: {{ document.items | length }}", "utf-8")
    digest = Digest(headlines=("A",), items=(Item(title="A：b"),))
    assert render(digest, environment([tmp_path])) == "A【AI周报】: 1"


def test_an_owner_may_replace_the_card_alone(tmp_path):
    (tmp_path / "digest").mkdir()
    card = "{% macro card(item, labels) %}* {{ item.title }}\n{% endmacro %}"
    (tmp_path / "digest" / "card.md.j2").write_text(card, "utf-8")
    digest = Digest(headlines=("A",), items=(Item(title="A：b"),))
    assert render(digest, environment([tmp_path])).endswith("---\n\n* A：b\n")


def test_markdown_is_not_escaped_as_html():
    page = Handbook(
        chapters=(Chapter(title="A & B", questions=(Question(id="a<b", title="1 < 2", body='"x" & <b>'),)),)
    )
    text = render(page, environment())
    assert '## A & B\n\n<h2 id="a<b">1 < 2</h2>\n\n"x" & <b>' in text
