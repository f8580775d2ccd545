from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import uvicorn

from tests.conftest import lacking
from weekly.models import Week
from weekly.store.backup import backup, restore
from weekly.web.guard import RateLimit
from weekly.web.review.app import create
from weekly.workspace import open_workspace

TOKEN = "a-long-secret-token"
WEEK = Week.parse("2025-W15")
HOME = f"/review/{WEEK}"
CHROMIUM = Path("/usr/bin/chromium")


class Chromium:
    """One real browser and its windows, which are kept: a new one costs as much CPU as four tests in it."""

    def __init__(self, browser):
        self.browser = browser
        self._kept = []

    @contextlib.contextmanager
    def window(self, origin="", *, scripts=True):
        """A page that finds no cookie and, of *origin*, nothing stored; anything it logs as an error fails the test."""
        context = self._kept.pop() if self._kept else self._open()
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda line: page.wrong.append(line.text) if "Content Security" in line.text else None)
        line = context.new_cdp_session(page)
        if origin:  # an earlier server may have had the same port
            line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        if scripts:
            line.detach()  # what it has set would stand before the media that a test asks for
        else:
            line.send("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            yield page
            assert page.wrong == []
        finally:
            for opened in context.pages[1:]:
                opened.close()
            context.clear_cookies()
            self._kept.append(context)

    def _open(self):
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(30_000)
        context.new_page()  # stays: a window without pages would be closed
        return context


@pytest.fixture(scope="package")
def chromium(drafted_week, library):
    """Its event loop runs in this thread while the tests of this folder do: what needs one of its own is made before."""
    if not CHROMIUM.exists():
        lacking("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield Chromium(browser)
        browser.close()


class Line:
    """The line to a server: every answer comes later by as many seconds."""

    def __init__(self, app):
        self.app, self.seconds = app, 0.0

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


@contextlib.contextmanager
def serving(root):
    """The review page of the workspace at *root*, in a thread; gives the workspace with its `address` and its `line`."""
    with open_workspace(root) as workspace, socket.create_server(("127.0.0.1", 0)) as listener:
        workspace.line = Line(create(workspace, TOKEN, limit=RateLimit(100_000, 1)))
        workspace.address, workspace.week = f"http://127.0.0.1:{listener.getsockname()[1]}", WEEK
        server = uvicorn.Server(uvicorn.Config(workspace.line, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield workspace
        finally:
            server.should_exit = True
            thread.join(timeout=20)


class Process:
    """`weekly review` as a process of its own, to be killed."""

    def __init__(self, root, stderr=None):
        self.root, self.port, self.stderr = root, 0, stderr
        self.start()

    def start(self):
        command = [sys.executable, "-m", "weekly", "--workspace", str(self.root), "review", "--port", str(self.port)]
        environment = {**os.environ, "WEEKLY_REVIEW_TOKEN": TOKEN}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.stderr, text=True, env=environment)
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.rpartition(":")[2])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def process(drafted):
    started = Process(drafted)
    yield started
    if started.process.poll() is None:
        started.kill()


@contextlib.contextmanager
def visiting(chromium, address, name="editor", language="en", *, view="", scripts=True, **media):
    """A window of its own, signed in, a page in *language*, with *media* such as `color_scheme="dark"`."""
    with chromium.window(address, scripts=scripts) as page:
        page.emulate_media(**media)
        page.request.get(f"{address}{HOME}?token={TOKEN}&as={name}", max_redirects=0)
        page.request.post(f"{address}/language", form={"language": language}, max_redirects=0)
        page.goto(f"{address}{HOME}{view}")
        yield page


@pytest.fixture(scope="package")
def served(chromium, drafted_week, tmp_path_factory):
    """A server that is kept, for a new one costs as much as a test; and the week as nobody has touched it."""
    folder = tmp_path_factory.mktemp("served")
    with serving(shutil.copytree(drafted_week, folder / "drafted")) as workspace:
        backup(workspace.store, folder / "untouched.db", lambda *_: None)
        yield workspace, folder / "untouched.db"


@pytest.fixture
def site(served, tmp_path):
    """The workspace behind the page, its week waiting for an editor."""
    workspace, untouched = served
    restore(workspace.store, untouched, tmp_path, workspace.clock(), lambda *_: None)
    for made in (workspace.archive, workspace.root / "maildir"):
        shutil.rmtree(made, ignore_errors=True)
    workspace.line.seconds = 0.0
    return workspace


@pytest.fixture
def page(chromium, site):
    with visiting(chromium, site.address) as opened:
        yield opened
