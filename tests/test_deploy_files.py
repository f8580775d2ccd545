"""The units of systemd are read by systemd itself; the line of cron by a shell."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, lacking


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
