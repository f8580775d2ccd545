"""What deploying leaves at the server and in the workspace, and what it refuses."""

from __future__ import annotations

import pytest

pytest.importorskip("prefect")

from flows.deployments import newsletter as known
from tests.flows.conftest import WEEK
from tests.published import a_draft
from weekly.review.approval_hook import FILE
from weekly.workspace import open_workspace

HOOK = "https://hooks.example/secret"
pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.filterwarnings("default")]


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
    assert (demo / FILE).read_text().strip().endswith(f"/deployments/{found['publish-issue']['id']}/create_flow_run")
    assert (demo / FILE).stat().st_mode & 0o077 == 0


def test_a_week_that_was_missed_is_started_once_however_often_one_deploys(deployed, demo):
    with open_workspace(demo) as workspace, workspace.store.write() as tx:
        tx.drafts.add(a_draft(WEEK.shift(-1)), "ed", workspace.now())
        week = workspace.this_week
    for _ in range(2):
        deployed.deploy(demo)
    started = [
        run["parameters"].get("week") for run in deployed.runs("prepare-issue/workspace") if "missed" in run["tags"]
    ]
    assert started == [str(week)]


def test_two_newsletters_of_one_name_do_not_take_each_others_deployments(deployed, demo, tmp_path):
    second = tmp_path / "elsewhere" / demo.name
    second.mkdir(parents=True)
    (second / "weekly.toml").write_text((demo / "weekly.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"both called 'workspace'.*\[schedule\] name"):
        deployed.deploy(demo, second)
    deployed.deploy(demo)
    with pytest.raises(SystemExit, match=r"both called 'workspace'.*\[schedule\] name"):
        deployed.deploy(second)


def test_a_folder_without_a_newsletter_is_refused_in_one_line(deployed, tmp_path):
    with pytest.raises(SystemExit, match=r"^flows.deploy: [^\n]*$"):
        deployed.deploy(tmp_path)


@pytest.mark.parametrize(
    ("folder", "name"), [("ai weekly", "ai-weekly"), ("周报", "weekly"), ("ai_weekly", "ai_weekly")]
)
def test_a_newsletter_without_a_name_is_called_like_its_folder(tmp_path, demo, folder, name):
    root = demo.rename(tmp_path / folder)
    assert known(root).name == name
