"""What deploying leaves at the server and in the workspace, and what it refuses."""

from __future__ import annotations

import os
import re
import shutil

import pytest

pytest.importorskip("prefect")

from flows import deploy
from flows.automations import crashes_name
from flows.newsletters import newsletter as known
from flows.newsletters import slug
from flows.serving import served
from flows.sweeps import sweep_line
from tests.flows.conftest import WEEK
from tests.published import a_draft
from weekly.review.approval_hook import FILE
from weekly.workspace import open_workspace

HOOK = "https://hooks.example/secret"
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def deployed(server):
    yield server
    server.undeploy()


def test_each_flow_is_deployed_under_the_newsletter_s_name_on_its_schedule(deployed, demo, capsys):
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[schedule]\nname = "mine"\npublish = ""\nmailbox = "in"\nsenders = 3\non_failure = "{HOOK}"\n')
    deployed.deploy(demo)
    names = ["prepare-issue", "publish-issue", "deliver-issue", "ingest-bounces", "send-issue"]
    assert capsys.readouterr().out.splitlines() == [f"{name}/mine" for name in names]
    found = {name: deployed.deployment(f"{name}/mine") for name in names}
    crons = {name: [each["schedule"]["cron"] for each in one["schedules"]] for name, one in found.items()}
    assert crons["prepare-issue"] == ["0 6 * * 1"]
    assert crons["publish-issue"] == crons["send-issue"] == []
    assert found["deliver-issue"]["parameters"] == {"workspace": str(demo), "senders": 3}
    assert {"weekly", "weekly:mine"} <= set(found["prepare-issue"]["tags"])
    automations = {one["name"] for one in deployed.post("/automations/filter", {})}
    assert automations >= {
        "weekly: runs that give no sign of life are crashed",
        "weekly: tell of failures of mine",
    }
    assert crons["deliver-issue"] == [sweep_line(known(demo), "deliver")]
    assert (demo / FILE).read_text().strip().endswith(f"/deployments/{found['publish-issue']['id']}/create_flow_run")
    assert (demo / FILE).stat().st_mode & 0o077 == 0


def test_a_week_that_was_missed_is_started_once_for_each_newsletter_however_often_one_deploys(deployed, demo, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(demo, other)
    for root in (demo, other):
        with open_workspace(root) as workspace, workspace.store.write() as tx:
            tx.drafts.add(a_draft(WEEK.shift(-1)), "ed", workspace.now())
            week = workspace.this_week
    for _ in range(2):
        deployed.deploy(demo, other)
    for name in ("workspace", "other"):
        runs = deployed.runs(f"prepare-issue/{name}")
        assert [run["parameters"].get("week") for run in runs if "missed" in run["tags"]] == [str(week)]


def test_two_newsletters_of_one_name_do_not_take_each_others_deployments(deployed, demo, tmp_path):
    second = tmp_path / "elsewhere" / demo.name
    second.mkdir(parents=True)
    (second / "weekly.toml").write_text((demo / "weekly.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"both called 'workspace'.*\[schedule\] name"):
        deployed.deploy(demo, second)
    deployed.deploy(demo)
    with pytest.raises(SystemExit, match=r"both called 'workspace'.*\[schedule\] name"):
        deployed.deploy(second)


def test_deploying_again_leaves_automations_alone_and_an_emptied_address_takes_its_own_back(deployed, demo):
    settings = demo / "weekly.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}\n[schedule]\non_failure = "{HOOK}"\n', encoding="utf-8")
    deployed.deploy(demo)
    first = automations(deployed)
    deployed.deploy(demo)
    assert automations(deployed) == first
    told = crashes_name(known(demo).name)
    assert told in first
    settings.write_text(before, encoding="utf-8")
    deployed.deploy(demo)
    assert told not in automations(deployed)


def automations(deployed):
    return {each["name"]: each["updated"] for each in deployed.post("/automations/filter", {})}


def test_a_newsletter_that_has_moved_is_found_and_taken_back(deployed, demo, tmp_path, capsys):
    deployed.deploy(demo)
    assert checked(capsys) == (0, [f"workspace: {demo} is there"])
    demo.rename(tmp_path / "elsewhere")
    status, (line,) = checked(capsys)
    assert status == 1
    assert "holds no newsletter any more: python -m flows.deploy --remove workspace" in line
    later = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}
    planned = f"/deployments/{deployed.deployment('deliver-issue/workspace')['id']}/create_flow_run"
    deployed.post(planned, {"state": later})
    deploy.main(["--remove", "workspace"])
    assert deployed.post("/deployments/filter", {}) == []
    assert deployed.runs_in("SCHEDULED") == []
    assert checked(capsys) == (0, [])
    with pytest.raises(SystemExit, match="nothing of 'workspace' is deployed"):
        deploy.main(["--remove", "workspace"])


def checked(capsys):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        deploy.main(["--check"])
    return ended.value.code, capsys.readouterr().out.splitlines()


def test_what_one_process_serves_no_other_deploys(deployed, demo):
    with served([demo]), pytest.raises(SystemExit, match=rf"served by process {os.getpid()} already"):
        deployed.deploy(demo)
    deployed.deploy(demo)


def test_preparations_that_ask_arxiv_wait_for_one_turn_of_all_newsletters(deployed, newsletter):
    roots = [newsletter(name) for name in ("one", "two")]
    for root in roots:
        text = (root / "weekly.toml").read_text(encoding="utf-8")
        (root / "weekly.toml").write_text(re.sub(r"(?m)^replay = .*$", "", text), encoding="utf-8")
        deployed.deploy(root)
        deployed.deploy(root)
    limits = [deployed.deployment(f"prepare-issue/{name}")["global_concurrency_limit"] for name in ("one", "two")]
    assert [(limit["name"], limit["limit"]) for limit in limits] == [("arxiv", 1)] * 2
    sweeps = deployed.deployment("publish-issue/one")["global_concurrency_limit"]
    assert sweeps["name"] != "arxiv"
    assert sweeps["limit"] == 1


def test_a_folder_without_a_newsletter_is_refused_in_one_line(deployed, tmp_path):
    with pytest.raises(SystemExit, match=r"^flows.deploy: [^\n]*$"):
        deployed.deploy(tmp_path)


@pytest.mark.parametrize(
    ("folder", "name"), [("ai weekly", "ai-weekly"), ("周报", "weekly"), ("ai_weekly", "ai_weekly")]
)
def test_a_newsletter_without_a_name_is_called_like_its_folder(tmp_path, demo, folder, name):
    root = demo.rename(tmp_path / folder)
    assert known(root).name == name


def test_newsletters_with_names_that_differ_have_keys_that_differ():
    names = ["ai-weekly", "ai.weekly", "ai_weekly", "AI_weekly", "mine"]
    keys = [slug(name) for name in names]
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)
    assert (slug("mine"), slug("ai-weekly")) == ("mine", "ai-weekly")
