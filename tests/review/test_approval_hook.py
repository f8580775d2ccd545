"""An approval tells whoever wants to know, and stands whether that is heard or not."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.stored import approval
from weekly import pipeline
from weekly.models import Week
from weekly.review.approval_hook import FILE
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


@pytest.fixture
def listener():
    heard = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(201 if "good" in self.path else 500)
            self.end_headers()

        def log_message(self, *_):
            """Nothing on stderr."""

    server = HTTPServer(("127.0.0.1", 0), Listens)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_a_deployment_left_is_told_of_an_approval_and_of_its_moment(drafted, listener):
    address, heard = listener
    (drafted / FILE).write_text(f"{address}/good\n")
    due = datetime.now(UTC) + timedelta(minutes=10)
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, WEEK, "ada", due_at=due)
    path, said = heard[0]
    assert path == "/good"
    assert said["parameters"] == {"week": "2025-W15"}
    assert said["state"]["state_details"]["scheduled_time"] == due.isoformat()


def test_the_setting_comes_before_what_was_left(drafted, listener, monkeypatch):
    address, heard = listener
    (drafted / FILE).write_text(f"{address}/left\n")
    monkeypatch.setenv("WEEKLY_REVIEW__ON_APPROVAL", f"{address}/good/set")
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, WEEK, "ada")
    assert [path for path, _ in heard] == ["/good/set"]
    assert "state" not in heard[0][1]


@pytest.mark.parametrize("place", ["/fails", ":1/nobody-listens"])
def test_an_approval_stands_when_nobody_hears_of_it(drafted, listener, caplog, place):
    address, _ = listener
    host = address.rpartition(":")[0] if place.startswith(":") else address
    (drafted / FILE).write_text(host.replace("//", "//user:hunter2@") + place)
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, WEEK, "ada")
        assert approval(workspace, WEEK).by == "ada"
    assert "was not told" in caplog.text
    assert "hunter2" not in caplog.text
