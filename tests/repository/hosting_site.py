"""A hosting site on this machine: a bare repository, and as much of its API as a newsletter asks.

Written by hand after https://docs.github.com/en/rest (pull requests, reviews, comments, statuses, collaborators).
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

REPOSITORY = "owner/newsletter"
BOT = "github-actions[bot]"
TOKEN = "ghs-of-the-job"
WHEN = "2025-01-01T00:00:00Z"


class HostingSite:
    def __init__(self, folder: Path, like: HostingSite | None = None) -> None:
        """An empty one, or a copy of another."""
        self.bare = folder / "origin.git"
        if like is None:
            subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.bare], check=True)
        else:
            shutil.copytree(like.bare, self.bare)
        self.pulls: dict[int, dict] = copy.deepcopy(like.pulls) if like else {}
        self.said: dict[int, list[dict]] = {}
        self.reviews: dict[int, list[dict]] = {}
        self.statuses: list[tuple[str, str, str]] = []
        self.permissions = {"ada": "admin", "ben": "write", BOT: "write"}
        self.asked: list[str] = []
        self.on_request = lambda: None
        self.pages_at = ""
        """The host that the next page of a list is said to be on; empty: this one."""

    # What git knows

    def git(self, *arguments, at=None, **more):
        done = subprocess.run(
            ["git", "-C", at or self.bare, *arguments],
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            **more,
        )
        return done.stdout.strip()

    def tip(self, branch):
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def file(self, branch, name):
        return self.git("show", f"{branch}:{name}")

    def names(self, branch):
        return self.git("ls-tree", "-r", "--name-only", branch).splitlines() if self.tip(branch) else []

    @contextmanager
    def cloned(self, branch="main"):
        """A person's clone, pushed at the end."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "clone"
            subprocess.run(["git", "clone", "-q", "-b", branch, self.bare, place], check=True, capture_output=True)
            self.git("config", "user.name", "person", at=place)
            self.git("config", "user.email", "person@localhost", at=place)
            yield place

    def edit(self, branch, name, change, message="edit"):
        """A person's commit: *change* makes the new text of the file *name* from the old one."""
        with self.cloned(branch) as place:
            path = place / name
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
            self.git("commit", "-qam", message, at=place)
            self.git("push", "-q", "origin", branch, at=place)
        return self.tip(branch)

    # What people do on the site

    def open_numbers(self):
        return [number for number, pull in self.pulls.items() if pull["state"] == "open"]

    def merge(self, number, by="ada", when=WHEN):
        """Merges by a merge commit, as the button does."""
        pull = self.pulls[number]
        with self.cloned(pull["base"]["ref"]) as place:
            self.git("merge", "-q", "--no-ff", "-m", f"Merge {number}", f"origin/{pull['head']['ref']}", at=place)
            self.git("push", "-q", "origin", pull["base"]["ref"], at=place)
        commit = self.tip(pull["base"]["ref"])
        told = {"state": "closed", "merged_at": when, "merge_commit_sha": commit, "merged_by": {"login": by}}
        pull.update(told, head={**pull["head"], "sha": self.tip(pull["head"]["ref"])})
        return commit

    def revert(self, commit):
        with self.cloned() as place:
            self.git("revert", "--no-edit", "-m", "1", commit, at=place)
            self.git("push", "-q", "origin", "main", at=place)

    def approve(self, number, by):
        review = {"user": {"login": by}, "state": "APPROVED", "commit_id": self.tip(self.pulls[number]["head"]["ref"])}
        self.reviews.setdefault(number, []).append(review)

    def payload(self, number=None, *, by="ada", comment=None, fork=False):
        """What an event tells of."""
        told = {"repository": {"default_branch": "main", "full_name": REPOSITORY}, "sender": {"login": by}}
        if number is not None and comment is None:
            pull = self._shown(self.pulls[number])
            if fork:
                pull["head"] = {**pull["head"], "repo": {"full_name": "stranger/newsletter"}}
            told["pull_request"] = pull
        if comment is not None:
            told["issue"] = {"number": number, "pull_request": {}}
            told["comment"] = {"body": comment, "user": {"login": by}}
        return told

    # What the API answers

    def _shown(self, pull):
        head = {**pull["head"]}
        if pull["state"] == "open" and head["repo"]["full_name"] == REPOSITORY:
            head["sha"] = self.tip(head["ref"])
        return {**pull, "head": head}

    def answer(self, method, path, query, body):
        self.asked.append(f"{method} {path}")
        self.on_request()
        path = path.removeprefix(f"/repos/{REPOSITORY}")
        for pattern, works in _ROUTES.items():
            if (match := re.fullmatch(pattern, path)) and method in works:
                return works[method](self, *match.groups(), query, body)
        return 404, {"message": "Not Found"}

    def list_pulls(self, query, body):
        branch = query["head"].partition(":")[2]
        return 200, [self._listed(pull) for pull in self.pulls.values() if pull["head"]["ref"] == branch]

    def _listed(self, pull):
        return {name: value for name, value in self._shown(pull).items() if name != "merged_by"}

    def open_pull(self, query, body):
        if not self.tip(body["head"]):
            return 422, {"message": "Validation Failed"}
        number = len(self.pulls) + 1
        repo = {"full_name": REPOSITORY}
        pull = {"number": number, "state": "open", "title": body["title"], "body": body["body"], "merged_at": None}
        pull |= {"merge_commit_sha": None, "merged_by": None, "base": {"ref": body["base"], "repo": repo}}
        self.pulls[number] = pull | {"head": {"ref": body["head"], "sha": self.tip(body["head"]), "repo": repo}}
        return 201, self._shown(self.pulls[number])

    def one_pull(self, number, query, body):
        known = self.pulls.get(int(number))
        return (200, self._shown(known)) if known else (404, {"message": "Not Found"})

    def change_pull(self, number, query, body):
        self.pulls[int(number)].update(body)
        return 200, self.pulls[int(number)]

    def list_comments(self, number, query, body):
        return 200, self.said.get(int(number), [])

    def add_comment(self, number, query, body):
        assert len(body["body"]) < 65536
        self.said.setdefault(int(number), []).append({"body": body["body"], "user": {"login": BOT}})
        return 201, {}

    def list_reviews(self, number, query, body):
        return 200, self.reviews.get(int(number), [])

    def permission(self, login, query, body):
        known = self.permissions.get(login)
        return (200, {"permission": known}) if known else (404, {"message": "Not Found"})

    def add_status(self, commit, query, body):
        self.statuses.append((commit, body["state"], body["description"]))
        return 201, {}


_ROUTES = {
    r"/pulls": {"GET": HostingSite.list_pulls, "POST": HostingSite.open_pull},
    r"/pulls/(\d+)": {"GET": HostingSite.one_pull, "PATCH": HostingSite.change_pull},
    r"/pulls/(\d+)/reviews": {"GET": HostingSite.list_reviews},
    r"/issues/(\d+)/comments": {"GET": HostingSite.list_comments, "POST": HostingSite.add_comment},
    r"/collaborators/([^/]+)/permission": {"GET": HostingSite.permission},
    r"/statuses/([0-9a-f]{40})": {"POST": HostingSite.add_status},
}


def _page(rows, query):
    """The rows of the page asked for, and what asks for the next one."""
    size, page = int(query["per_page"]), int(query.get("page", 1))
    more = urlencode({**query, "page": page + 1}) if len(rows) > size * page else ""
    return rows[size * (page - 1) : size * page], more


@contextmanager
def serving(site):
    """The address of the API of *site*."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def _handle(self):
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            if self.headers.get("authorization") != f"Bearer {TOKEN}":
                status, told = 401, {"message": "Bad credentials"}
            else:
                status, told = site.answer(self.command, unquote(parts.path), query, body)
            told, following = _page(told, query) if isinstance(told, list) else (told, "")
            data = json.dumps(told).encode()
            self.send_response(status)
            if following:
                self.send_header("link", f'<{site.pages_at}{parts.path}?{following}>; rel="next", <x>; rel="last"')
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - the base class's names

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
