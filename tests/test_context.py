"""What every part is given: the settings, its own section of them, the folder, the network, the present."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weekly.net.posting import send
from weekly.net.recording import Recording
from weekly.testing import SavedAnswers, workspace

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
URL = "https://a.example/"


def test_a_part_gets_the_section_of_its_family_and_name_and_none_where_nothing_is_set(tmp_path):
    with workspace(tmp_path, "[sources.github]\nqueries = ['topic:llm']\n") as opened:
        assert opened.context("sources", "github").section.queries == ("topic:llm",)
        assert opened.context("sources", "nobody").section is None
        assert opened.context("checks", "github").section is None


def test_a_part_knows_the_folder_and_all_the_settings(tmp_path):
    with workspace(tmp_path, "[newsletter]\ntitle = 'Mine'\n") as opened:
        context = opened.context("mailers", "plain")
        assert (context.root, context.settings.newsletter.title) == (tmp_path, "Mine")


def test_its_client_asks_and_tells(tmp_path):
    answers = SavedAnswers({URL: (200, {}, b"{}")})
    with workspace(tmp_path, transport=answers) as opened:
        client = opened.context("sources", "mine").client
        assert client.fetcher("mine").get(URL).body == b"{}"
        assert send(client, URL, {"a": 1}).status == 200
    assert [request.method for request in answers.asked] == ["GET", "POST"]


@pytest.mark.parametrize("replay", [False, True])
def test_the_present_is_the_clock_s_and_that_of_the_recording_while_it_is_replayed(tmp_path, replay):
    recorded_at = datetime(2025, 3, 31, 6, tzinfo=UTC)
    (tmp_path / "recording").mkdir()
    Recording(tmp_path / "recording").date(recorded_at)
    with workspace(tmp_path, '[http]\nreplay = "recording"\n' if replay else "", now=NOW) as opened:
        assert opened.context("sources", "mine").now() == (recorded_at if replay else NOW)
