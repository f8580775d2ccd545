"""What a person at the keyboard relies on: one line, the right exit status, JSON that is nothing but JSON."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

WEEK = ("--week", "2025-W15")


def test_help_names_every_command_and_the_workspace(weekly):
    ran = weekly("--help")
    assert ran.status == 0
    for command in ("run", "collect", "approve", "publish", "deliver", "candidates", "health", "check", "init", "demo"):
        assert f" {command} " in ran.out
    assert "--workspace" in ran.out


def test_help_imports_none_of_the_heavy_parts():
    heavy = ("sqlalchemy", "prefect", "httpx", "pydantic", "feedparser", "arxiv")
    code = f"""
import atexit, sys
from weekly.cli import main
atexit.register(lambda: print([name for name in {heavy} if name in sys.modules], file=sys.stderr))
main(["--help"])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("run", "--week", "2025-W60"), 2, "2025-W60 does not exist: 2025 has weeks W01 to W52"),
        (("run", "--week", "yesterday"), 2, "is not a week"),
        (("run", "--wek", "2025-W15"), 2, "--wek"),
        (("rum",), 2, "rum"),
        (("approve", *WEEK), 2, "--by"),
        (("collect", "--week", "9000-W01"), 1, "has not begun yet"),
        (("draft", *WEEK), 1, "has not been collected: run 'weekly collect --week 2025-W15'"),
        (("check", *WEEK), 1, "has no draft"),
        (("approve", *WEEK, "--by", "ada"), 1, "has no draft"),
        (("publish", *WEEK), 1, "has no draft"),
        (("deliver", *WEEK), 1, "is not published"),
        (("test-send", *WEEK, "--to", "a@example.org"), 1, "is not published"),
        (("subscribers", "add", "not an address"), 1, "is no mail address"),
        (("subscribers", "remove", "nobody@example.org"), 1, "is no subscriber"),
        (("subscribers", "import", "nowhere.csv"), 1, "nowhere.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr(weekly, demo, arguments, status, says):
    ran = weekly("--workspace", demo, *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1


def test_outside_a_workspace_the_mend_is_named(weekly, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = weekly("run")
    assert ran.status == 1
    assert "weekly init" in ran.err


def test_a_wrong_setting_stops_every_command_before_anything_is_written(weekly, tmp_path):
    (tmp_path / "weekly.toml").write_text('[newsletter]\ntitel = "x"\n')
    ran = weekly("--workspace", tmp_path, "run", *WEEK)
    assert ran.status == 1
    assert "did you mean title?" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["weekly.toml"]


def test_json_is_one_document_and_nothing_else(weekly, demo):
    assert weekly("--workspace", demo, "run", *WEEK).status == 0
    for command in (("candidates",), ("health",), ("check",)):
        ran = weekly("--workspace", demo, *command, *WEEK, "--json")
        json.loads(ran.out)
        assert ran.err == ""
    json.loads(weekly("--workspace", demo, "config", "--json").out)
    json.loads(weekly("--workspace", demo, "subscribers", "list", "--json").out)


def test_candidates_tell_what_the_contract_names(weekly, demo):
    weekly("--workspace", demo, "run", *WEEK)
    rows = json.loads(weekly("--workspace", demo, "candidates", *WEEK, "--json").out)
    assert list(rows[0]) == ["id", "kind", "title", "url", "topic", "topics", "score", "reasons", "also", "status"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    both = next(row for row in rows if row["id"] == "arxiv:2504.04842")
    assert "https://github.com/Fantasy-AMAP/fantasy-talking" in both["also"] or both["also"]


def test_an_unreachable_host_is_a_verdict_and_leaves_the_other_sources(weekly, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (tmp_path / "weekly.toml").write_text(
            f'[http]\ntimeout = 1\nmax_wait = 0\n[sources.arxiv]\napi_url = "http://127.0.0.1:{port}/api"\nrss_url = "http://127.0.0.1:{port}/atom"\npace = 0\n'
            "[sources.github]\nenabled = false\n"
        )
        ran = weekly("--workspace", tmp_path, "collect", *WEEK, "--json")
    assert ran.status == 0
    [source] = json.loads(ran.out)["sources"]
    assert source["verdict"] == "down"
    assert "cannot be reached" in source["detail"]


def test_an_unwritable_archive_is_one_line_and_mends_itself_when_it_is_writable(weekly, demo):
    weekly("--workspace", demo, "run", *WEEK)
    weekly("--workspace", demo, "approve", *WEEK, "--by", "ada")
    (demo / "archive").write_text("a file where the folder should be")
    ran = weekly("--workspace", demo, "publish", *WEEK)
    assert ran.status == 1
    assert "cannot be written" in ran.err
    (demo / "archive").unlink()
    assert weekly("--workspace", demo, "publish", *WEEK).status == 0
    assert (demo / "archive" / "2025" / "W15" / "issue.md").exists()


def test_init_makes_a_workspace_that_loads_and_refuses_to_overwrite_one(weekly, tmp_path):
    root = tmp_path / "mine"
    assert weekly("init", root).status == 0
    assert sorted(path.name for path in root.iterdir()) == [".gitignore", "archive", "weekly.toml"]
    assert weekly("--workspace", root, "config").status == 0
    assert weekly("init", root).status == 1


def test_demo_leaves_other_peoples_folders_alone(weekly, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    ran = weekly("demo", tmp_path)
    assert ran.status == 1
    assert (tmp_path / "thesis.tex").exists()


def test_an_override_needs_a_reason(weekly, demo):
    weekly("--workspace", demo, "run", *WEEK)
    ran = weekly("--workspace", demo, "approve", *WEEK, "--by", "ada", "--override", "pictures")
    assert ran.status == 1
    assert "CHECK=REASON" in ran.err


def test_subscribers_go_in_and_out_as_csv(weekly, demo, tmp_path):
    table = tmp_path / "readers.csv"
    table.write_text("\ufeffEmail;Name\nADA@Example.org;Ada\nbroken;X\n读者@example.org;读者\n", encoding="utf-8")
    ran = weekly("--workspace", demo, "subscribers", "import", table)
    assert ran.status == 0
    assert "2 added" in ran.out
    assert f"{table}:3:" in ran.err
    assert weekly("--workspace", demo, "subscribers", "import", table).out.startswith("0 added")
    exported = weekly("--workspace", demo, "subscribers", "export").out.splitlines()
    assert exported[0] == "email,name,topics,language,status"
    assert len(exported) == 3


def test_bash_completes_commands_as_the_script_says(weekly):
    script = weekly("completion", "bash").out
    code = f"""{script}
COMP_WORDS=(weekly del); COMP_CWORD=1
_weekly weekly del weekly
echo "${{COMPREPLY[@]}}"
"""
    ran = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == {"deliver", "deliveries"}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_that_knows_the_commands(weekly, shell):
    script = weekly("completion", shell).out
    assert "deliveries" in script
    assert "--override" in script or "override" in script


def test_a_week_that_is_published_is_not_prepared_anew(weekly, demo):
    weekly("--workspace", demo, "run", *WEEK)
    weekly("--workspace", demo, "approve", *WEEK, "--by", "ada")
    weekly("--workspace", demo, "publish", *WEEK)
    ran = weekly("--workspace", demo, "run", *WEEK)
    assert (ran.status, ran.out.count("\n")) == (0, 1)
    assert "2025-W15 is published as No. 1 and stays as it is" in ran.out
    assert json.loads(weekly("--workspace", demo, "run", *WEEK, "--json").out)["cards"]
