"""The units of systemd are read by systemd itself, the line of cron by a shell, the commands of images by weekly."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import yaml

from tests.conftest import ROOT, lacking
from weekly.cli import app


def test_systemd_finds_no_fault_in_the_units(tmp_path):
    if not (systemd := shutil.which("systemd-analyze")):
        lacking("systemd-analyze is not installed")
    command = Path(sys.executable).parent / "weekly"
    for unit in ("weekly@.service", "weekly@.timer"):
        text = (ROOT / "deploy" / unit).read_text().replace("/opt/weekly/bin/weekly", str(command))
        (tmp_path / unit.replace("@", "@mine")).write_text(text)
    units = sorted(tmp_path.iterdir())
    done = subprocess.run([systemd, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_documented_line_of_cron_does_what_is_due(demo):
    (line,) = re.findall(r"(?m)^\*/10 \* \* \* \* +(.*)$", (ROOT / "docs" / "deploy.md").read_text())
    line = line.replace("/srv/mine", str(demo)).replace("/opt/weekly/bin", str(Path(sys.executable).parent))
    shell = {"HOME": str(demo), "PATH": "/usr/bin:/bin"}  # all that cron gives
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, env=shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def services(name):
    return yaml.safe_load((ROOT / "deploy" / name).read_text())["services"]


def test_every_command_of_the_small_compose_file_and_of_the_image_is_one_of_ours():
    written = [service["command"].split() for service in services("compose.small.yaml").values()]
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    written += [json.loads(command) for command in re.findall(r"CMD (\[.*\])", image)]
    assert len(written) == 5
    for command, *arguments in ([word for word in words if word != "weekly"] for words in written):
        app.parse_args(arguments if command == "--quiet" else [command, *arguments])


def test_the_image_gets_all_that_the_wheel_is_built_of():
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    built = (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "constraints.txt",
        "src",
        "flows",
        "templates",
        "deploy/Dockerfile",
    )
    assert not [path for path in built if any(fnmatch(path, pattern) for pattern in ignored)]
    for secret in (".weekly", "mine.env", "maildir"):
        assert any(fnmatch(secret, pattern.removeprefix("**/")) for pattern in ignored)


def test_health_is_that_somebody_has_looked_lately(demo, weekly):
    assert weekly("--workspace", demo, "status", "--fresh", "600").status == 1
    assert weekly("--workspace", demo, "tick").status == 0
    ran = weekly("--workspace", demo, "--quiet", "status", "--fresh", "600")
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_the_flows_say_which_extra_they_need(weekly, monkeypatch):
    monkeypatch.setitem(sys.modules, "prefect", None)
    ran = weekly("flows", "serve")
    assert (ran.status, ran.err) == (1, "weekly: the flows need the extra: pip install 'weekly-digest[flows]'\n")
