"""A runner of Actions on this machine: every `run:` of a workflow, in order, in an empty folder for each job.

Of actions it knows the official ones that the workflows use; of expressions as much as they say.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
import yaml

from tests.repository.hosting_site import REPOSITORY, TOKEN, HostingSite
from weekly.cli import main

_NAME = re.compile(r"\b(github|needs|steps|secrets|inputs)((?:\.[A-Za-z_][\w-]*)+)")
_HOOK = """#!/bin/bash
echo x >> {folder}/{event}
[ -e {folder}/kill ] || exit 0
read wanted number < {folder}/kill
if [ "$wanted" = "{event}" ] && [ "$(wc -l < {folder}/{event})" -eq "$number" ]; then
    kill -9 -- -"$(cat {folder}/group)"
fi
exit 0
"""
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class RunnerFault(Exception):
    step: str
    status: int
    output: str

    def __str__(self):
        return f"{self.step}: {self.status}\n{self.output}"


@dataclass
class Runner:
    site: HostingSite
    api: str
    folder: Path
    secrets: dict[str, str]
    env: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    site_folder: Path | None = None
    running: subprocess.Popen | None = None
    kills: int = 0
    jobs: int = 0
    installs: bool = False
    """Whether what the jobs install is installed: it is there."""
    in_process: bool = False
    """Whether our commands are called in this process, as most tests want it: a process of Python begins for a second."""
    kill_at: tuple[str, str, int] | None = None
    """In which step, at which event (request, message, before or after a push), the how many-th, the machine is gone."""
    seen: Counter = field(default_factory=Counter)

    def __post_init__(self):
        for name, event in (("pre-receive", "before-push"), ("post-receive", "after-push")):
            hook = self.site.bare / "hooks" / name
            hook.write_text(_HOOK.format(folder=self.folder, event=event))
            hook.chmod(0o755)

    def run(self, workflow, event, payload, inputs=None):
        """Runs the jobs of .github/workflows/*workflow* as it is on the newsletter's branch."""
        plan = yaml.safe_load(self.site.file("main", f".github/workflows/{workflow}"))
        github = {"event_name": event, "event": payload, "repository": REPOSITORY, "token": TOKEN}
        github["ref_name"] = "main" if event != "pull_request" else "1/merge"
        known = {"github": github, "needs": {}, "secrets": self.secrets, "inputs": inputs or {}}
        for name, job in plan["jobs"].items():
            if "if" in job and not self._evaluate(job["if"], {**known, "steps": {}}):
                known["needs"][name] = {"result": "skipped", "outputs": {}}
                continue
            if any(known["needs"][need]["result"] == "failure" for need in _listed(job.get("needs", []))):
                continue
            known["needs"][name] = self._job(job, known)

    def _job(self, job, known):
        self.jobs += 1
        place = self.folder / f"job{self.jobs}"
        place.mkdir()
        scope = {**known, "steps": {}}
        fault = None
        for number, step in enumerate(job["steps"]):
            wanted = step.get("if", "success()")
            if fault is not None and wanted != "always()":
                continue
            if "pip install" in step.get("run", "") and not self.installs:
                continue
            if wanted not in {"success()", "always()"} and not self._evaluate(wanted, scope):
                continue
            try:
                outputs = self._action(step, place) if "uses" in step else self._step(step, place, scope, number)
            except RunnerFault as error:
                fault = error
                continue
            if "id" in step:
                scope["steps"][step["id"]] = {"outputs": outputs}
        if fault is not None:
            raise fault
        told = {name: self._fill(text, scope) for name, text in job.get("outputs", {}).items()}
        shutil.rmtree(place, ignore_errors=True)
        return {"result": "success", "outputs": told}

    def _action(self, step, place):
        action, version = step["uses"].split("@")
        assert re.fullmatch(r"v\d+|[0-9a-f]{40}", version), step["uses"]
        if action == "actions/checkout":
            subprocess.run(["git", "clone", "-q", "-b", "main", self.site.bare, place], check=True)
        elif action == "actions/upload-pages-artifact":
            self.artifact = place / step["with"]["path"]
            assert self.artifact.is_dir()
        elif action == "actions/deploy-pages":
            shutil.rmtree(self.site_folder, ignore_errors=True)
            shutil.copytree(self.artifact, self.site_folder)
        else:
            assert action in {"actions/setup-python", "actions/upload-artifact"}, action
        return {}

    def _step(self, step, place, scope, number):
        assert "${{" not in step["run"], "what others wrote must not become a part of a command"
        beside = place.parent / f"{place.name}-{number}"
        beside.mkdir()
        event, output, summary = (beside / name for name in ("event.json", "output", "summary.md"))
        event.write_text(json.dumps(scope["github"]["event"]), encoding="utf-8")
        given = {name: str(self._fill(str(text), scope)) for name, text in step.get("env", {}).items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {"PATH": path, "HOME": str(beside), "TMPDIR": str(beside), "GITHUB_ACTIONS": "true", "LANG": "C.UTF-8"}
        env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1"}
        env |= {"GITHUB_REPOSITORY": REPOSITORY, "GITHUB_API_URL": self.api, "GITHUB_EVENT_PATH": str(event)}
        env |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
        env["GITHUB_REF_NAME"] = scope["github"]["ref_name"]
        env |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), **self.env, **given}
        if self.in_process and "pip install" not in step["run"]:
            status, said = _run_here(step["run"], place, env)
        else:
            status, said = self._run_beside(step["run"], place, env)
        self.log.append(f"$ {step['run']}\n{said}")
        if summary.exists():
            self.log.append(summary.read_text(encoding="utf-8"))
        if status:
            raise RunnerFault(step["run"], status, said)
        lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def _run_beside(self, command, place, env):
        """Runs *command* as a runner does, killed where that is asked for; its status, and what it said."""
        armed, kill_at = self._arm(command), self.kill_at
        self.kill_at = kill_at if armed else None
        self.running = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=place,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        (self.folder / "group").write_text(str(self.running.pid))
        said, _ = self.running.communicate(timeout=300)
        (self.folder / "kill").unlink(missing_ok=True)
        self.kill_at = None if armed else kill_at
        status, self.running = self.running.returncode, None
        return status, said

    def count(self, event):
        """What counts an event, and kills at the one that `kill_at` names."""

        def happens():
            self.seen[event] += 1
            if self.running and self.kill_at and self.kill_at[1:] == (event, self.seen[event]):
                self.kills += 1
                os.killpg(self.running.pid, signal.SIGKILL)

        return happens

    def _arm(self, step):
        """Lets pushes kill, where this is the step that is to be killed by one."""
        self.seen.clear()
        for name in ("before-push", "after-push", "kill"):
            (self.folder / name).unlink(missing_ok=True)
        if self.kill_at and not step.startswith(self.kill_at[0]):
            return False
        if self.kill_at and self.kill_at[1].endswith("-push"):
            (self.folder / "kill").write_text(f"{self.kill_at[1]} {self.kill_at[2]}\n")
        return self.kill_at is not None

    def _fill(self, text, scope):
        return _EXPRESSION.sub(lambda match: str(self._evaluate(match[1], scope) or ""), text)

    def _evaluate(self, text, scope):
        text = text.strip().removeprefix("${{").removesuffix("}}").strip()
        words = {"&&": " and ", "||": " or ", "!cancelled()": "True", "always()": "True", "null": "None"}
        for word, said in words.items():
            text = text.replace(word, said)
        functions = {"contains": lambda text, part: part in str(text)}
        return eval(_NAME.sub(lambda match: repr(_look_up(scope, match[0])), text), {"__builtins__": {}}, functions)


def _run_here(command, place, env):
    """The status of *command*, one of ours, and what it said; called here, with *env* alone in its environment."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said, redirect_stderr(said):
        for name in os.environ.keys() - env.keys():
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.chdir(place)
        program, *words = map(os.path.expandvars, shlex.split(command))
        assert program == "weekly"
        try:
            main(words)
        except SystemExit as end:
            return end.code, said.getvalue()
        return 0, said.getvalue()


def _look_up(scope, name):
    value = scope
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _listed(value):
    return [value] if isinstance(value, str) else value
