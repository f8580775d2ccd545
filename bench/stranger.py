"""Somebody with the README alone: its commands as written, with the built wheel, outside of this folder, timed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
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
        home = Path(folder)
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
        environment |= {"HOME": folder, "PATH": f"{home / 'venv' / 'bin'}:{environment['PATH']}"}
        _install(home, environment)
        place = home
        for command in _commands():
            place = _typed(command, place, environment)
        _typed("weekly tick", place, environment)
        # The same program again, as it is upgraded: what was done stands.
        wheel = next(home.glob("*.whl"))
        _timed("the upgrade", [UV, "pip", "install", "--quiet", "--reinstall", "--no-deps", wheel], place, environment)
        _typed("weekly doctor", place, environment)
        _typed("weekly archive verify", place, environment)
        _typed("weekly deliveries", place, environment)
        _serve(place, environment)
        mails = list((place / "maildir" / "new").iterdir())
        print(f"{len(mails)} mail in the Maildir, {place}/archive: {len(list((place / 'archive').rglob('*')))} files")


def _commands() -> list[str]:
    """What the README has its reader type, without the words beside it."""
    lines = _LIFE.search((ROOT / "README.md").read_text(encoding="utf-8"))[1].splitlines()
    return [line.partition("#")[0].strip() for line in lines]


def _install(home: Path, environment: dict[str, str]) -> None:
    _timed("the wheel", [UV, "build", "--quiet", "--wheel", "--out-dir", home, ROOT], ROOT, dict(os.environ))
    _timed("the environment", [UV, "venv", "--quiet", "--python", sys.executable, home / "venv"], home, environment)
    wheel = next(home.glob("*.whl"))
    given = {**os.environ, "VIRTUAL_ENV": str(home / "venv")}
    command = [UV, "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", f"{wheel}[flows]"]
    _timed("installing it", command, home, given)
    environment["VIRTUAL_ENV"] = str(home / "venv")


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
