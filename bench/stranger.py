"""Somebody with the README alone: its commands as written, with the built wheel, outside of this folder, timed.

    python -m bench.stranger [REVISION]

With a REVISION of this repository its wheel does the week, by its own README, and today's takes over what it left.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
LONGEST = 300.0
"""Seconds until the flows must be served."""
_LIFE = re.compile(r"## The life of a week\n+```\n(.*?)```", re.DOTALL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        earlier = _exported(sys.argv[1], Path(folder) / "earlier") if sys.argv[1:] else ROOT
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
        environment |= {"HOME": str(home), "PATH": f"{home / 'venv' / 'bin'}:{environment['PATH']}"}
        _timed("the environment", [UV, "venv", "--quiet", "--python", sys.executable, home / "venv"], home, environment)
        environment["VIRTUAL_ENV"] = str(home / "venv")
        _install(earlier, home, environment)
        place = home
        for command in _commands(earlier):
            place = _typed(command, place, environment)
        # As it is upgraded: what was done stands.
        _install(ROOT, home, environment)
        for command in ("doctor", "status", "tick", "archive verify", "deliveries", "show --week 2025-W15"):
            _typed(f"weekly {command}", place, environment)
        _serve(place, environment)
        mails = list((place / "maildir" / "new").iterdir())
        print(f"{len(mails)} mail in the Maildir, {place}/archive: {len(list((place / 'archive').rglob('*')))} files")
        sys.exit(len(mails) != 1)


def _exported(revision: str, target: Path) -> Path:
    """The files of a revision."""
    packed = subprocess.run([str(shutil.which("git")), "archive", revision], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(target, filter="data")
    return target


def _commands(source: Path) -> list[str]:
    """What the README has its reader type, without the words beside it."""
    lines = _LIFE.search((source / "README.md").read_text(encoding="utf-8"))[1].splitlines()
    return [line.partition("#")[0].strip() for line in lines]


def _install(source: Path, home: Path, environment: dict[str, str]) -> None:
    built = Path(tempfile.mkdtemp(dir=home))
    _timed("the wheel", [UV, "build", "--quiet", "--wheel", "--out-dir", built, source], source, dict(os.environ))
    (wheel,) = built.glob("*.whl")
    given = {**os.environ, "VIRTUAL_ENV": environment["VIRTUAL_ENV"]}
    command = [UV, "pip", "install", "--quiet", "--constraint", source / "constraints.txt", f"{wheel}[flows]"]
    _timed("installing it", [*command, "--reinstall-package", wheel.name.partition("-")[0]], home, given)


def _typed(command: str, place: Path, environment: dict[str, str]) -> Path:
    """Runs a line of the README as it stands; returns the folder in which the next is typed."""
    if command == "weekly review":
        _review(place, environment)
        return place
    _timed(command, ["bash", "-c", command], place, environment)
    folder = command.partition("&& cd ")[2]
    if folder:
        place /= folder
        _fill_in(place)
        _timed("weekly subscribers add", ["weekly", "subscribers", "add", "ada@example.net"], place, environment)
    return place


def _fill_in(place: Path) -> None:
    """The settings, as their owner would write them who has recorded answers in the network's place."""
    package = next(place.parent.glob("venv/lib/python*/site-packages/weekly"))
    settings = (package / "demo" / "weekly.toml").read_text(encoding="utf-8")
    recording = shutil.copytree(package / "demo" / "recording", place / "recording")
    (place / "weekly.toml").write_text(settings.replace("RECORDING", str(recording)), encoding="utf-8")


def _review(place: Path, environment: dict[str, str]) -> None:
    began = time.perf_counter()
    command = ["weekly", "review", "--port", "0"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=place, env=environment, text=True, **quiet) as page:
        address = page.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            print(f"{time.perf_counter() - began:6.1f} s  weekly review: {answer.read().decode()}")
        page.terminate()


def _serve(place: Path, environment: dict[str, str]) -> None:
    """The flows as the wheel has them: served, looked at by the other command, and ended as by Ctrl-C."""
    began, log = time.perf_counter(), place.parent / "served.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**environment, "WEEKLY_PREFECT_PORT": str(port), "PREFECT_HOME": str(place.parent / "prefect")}
    environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    with log.open("w") as out:
        command = [place.parent / "venv" / "bin" / "weekly", "flows", "serve"]
        served = subprocess.Popen(command, cwd=place, env=environment, stdout=out, stderr=out)
    try:
        while "deliver-issue/" not in log.read_text():
            if served.poll() is not None or time.perf_counter() - began > LONGEST:
                sys.exit(f"weekly flows serve did not serve:\n{log.read_text()}")
            time.sleep(1)
        print(f"{time.perf_counter() - began:6.1f} s  weekly flows serve: until it serves", flush=True)
        environment["PREFECT_API_AUTH_STRING"] = (place.parent / "prefect" / "weekly-password").read_text().strip()
        _timed("weekly flows deploy --check", ["weekly", "flows", "deploy", "--check"], place, environment)
    finally:
        served.send_signal(signal.SIGINT)
        status = served.wait(60)
    if status:
        sys.exit(f"weekly flows serve ended with {status}:\n{log.read_text()}")


def _timed(name: str, command: list[object], place: Path, environment: dict[str, str]) -> None:
    began = time.perf_counter()
    ran = subprocess.run(
        list(map(str, command)), cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    last = next(iter((ran.stdout + ran.stderr).strip().splitlines()[-1:]), "")
    print(f"{time.perf_counter() - began:6.1f} s  {name}: {last[:100]}", flush=True)
    if ran.returncode:
        sys.exit(f"{name} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")


if __name__ == "__main__":
    main()
