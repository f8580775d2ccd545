"""The built-in parts come in through the plugin door, and the example of the documentation does what ours do."""

from __future__ import annotations

import json
import shutil
import tomllib
from importlib.metadata import entry_points

import pytest

from tests.conftest import ROOT
from weekly.errors import SettingsError
from weekly.plugins import FAMILIES, is_ours, parts
from weekly.settings import load
from weekly.settings.root import settings_model

EXAMPLE = ROOT / "docs" / "examples" / "weekly-hackernews"
WEEK = "2025-W15"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_built_in_parts_that_load(family):
    built_in = {point.name for point in entry_points(group=f"weekly.{family}")}
    assert [name for name, _ in parts(family)] == sorted(built_in)
    assert built_in


def test_a_part_that_cannot_be_loaded_names_its_package_where_it_is_missed(installed):
    installed("weekly.sources", "zz = nowhere.to_be_found:create")
    create = dict(parts("sources"))["zz"]
    assert not is_ours(create)
    with pytest.raises(SettingsError, match=r"plugin zz of example: cannot be loaded: .*: reinstall or remove it"):
        create(None)


def test_a_module_that_never_ends_to_load_is_waited_for_once_and_its_section_is_taken(installed, tmp_path):
    installed("weekly.checks", "asleep = weekly_asleep:check")
    (tmp_path / "site" / "weekly_asleep.py").write_text("import time\ntime.sleep(3600)\n", encoding="utf-8")
    settings_model.cache_clear()
    check = dict(parts("checks", import_seconds=0.1))["asleep"]
    with pytest.raises(
        SettingsError, match=r"plugin asleep of example: cannot be loaded: gave no answer within 0\.1 s"
    ):
        check(None)
    (tmp_path / "weekly.toml").write_text('[checks.asleep]\nbed = "soft"\n', encoding="utf-8")
    assert load(tmp_path).section("checks", "asleep") == {"bed": "soft"}
    settings_model.cache_clear()


@pytest.fixture
def example(tmp_path, installed, monkeypatch):
    """The workspace of the example package, with the package installed."""
    monkeypatch.syspath_prepend(EXAMPLE)
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for group, points in project["entry-points"].items():
        installed(group, *(f"{name} = {place}" for name, place in points.items()))
    settings_model.cache_clear()
    yield shutil.copytree(EXAMPLE / "workspace", tmp_path / "example")
    settings_model.cache_clear()


def test_a_week_with_the_parts_of_the_example(example, weekly):
    def told(*command):
        ran = weekly("--workspace", example, *command)
        assert ran.status == 0, ran.err
        return ran.out

    for address in ("reader@example.org", "gone@example.org"):
        told("subscribers", "add", address)
    told("run", "--week", WEEK)

    (source,) = json.loads(told("health", "--week", WEEK, "--json"))["sources"]
    assert (source["source"], source["fetched"], source["requests"]) == ("hackernews", 3, 1)
    reasons = {one["title"]: one["reasons"] for one in json.loads(told("candidates", "--week", WEEK, "--json"))}
    assert "community +1.31: 412 votes" in reasons["Teaching a small language model to say that it does not know"]
    assert "from hackernews as 43600001, 412 votes" in told("why", "43600001")

    findings = {one["check"]: one["message"] for one in json.loads(told("check", "--week", WEEK, "--json"))}
    assert findings["balance"] == "hackernews (ok) named 3 cards, at least 4 are wanted"

    for stage in (["approve", "--by", "Ada"], ["publish"], ["deliver"]):
        told(*stage, "--week", WEEK)
    counts = json.loads(told("deliveries", "--week", WEEK, "--json"))
    assert (counts["sent"], counts["failed"]) == (1, 1)
    (mail,) = (example / "outbox").iterdir()
    assert mail.name == "reader@example.org.eml"
    assert b"What was voted up this week: " in mail.read_bytes()
    status = {one["email"]: one["status"] for one in json.loads(told("subscribers", "list", "--json"))}
    assert status == {"gone@example.org": "suppressed", "reader@example.org": "active"}
    assert "sent" in told("test-send", "--week", WEEK, "--to", "other@example.org")


def test_the_section_of_a_plugin_is_held_to_its_model_and_has_its_variables(example, monkeypatch):
    monkeypatch.setenv("WEEKLY_CHECKS__BALANCE__LEAST", "2")
    assert load(example).section("checks", "balance").least == 2
    written = (example / "weekly.toml").read_text(encoding="utf-8")
    (example / "weekly.toml").write_text(written.replace("points = 20", "point = 20"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"sources\.hackernews\.point: unknown key, did you mean points\?"):
        load(example)


def test_parts_whose_sections_are_not_there_leave_ours_in_their_places(example, weekly):
    settings = (example / "weekly.toml").read_text(encoding="utf-8")
    (example / "weekly.toml").write_text(settings.partition("[drafters.brief]")[0], encoding="utf-8")
    assert weekly("--workspace", example, "run", "--week", WEEK).status == 0
    shown = weekly("--workspace", example, "draft", "show", "--week", WEEK).out
    assert "voted up" not in shown
    assert "balance" not in weekly("--workspace", example, "check", "--week", WEEK).out
    weekly("--workspace", example, "approve", "--by", "Ada", "--week", WEEK)
    weekly("--workspace", example, "publish", "--week", WEEK)
    assert "no way of delivery is set" in weekly("--workspace", example, "deliver", "--week", WEEK).err
