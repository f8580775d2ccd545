"""What servers and strangers write is shown on the terminal and never obeyed; words in no encoding are refused."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading

import pytest

from tests.conftest import ROOT
from tests.published import WEEK, publish_issue
from weekly.commands.console import printable
from weekly.testing import workspace

ORDER = "\x1b]0;owned\x07\x9b2J"


def test_orders_to_a_terminal_are_taken_out_and_lines_stay():
    assert printable(f"a{ORDER}\r\b\u202eb\n\tc") == "a]0;owned2Jb\n\tc"
    assert printable("AI周报 é 🎉") == "AI周报 é 🎉"


@pytest.fixture
def rude():
    """A mail server whose refusals are orders to the owner's terminal; its port."""
    loop = asyncio.new_event_loop()

    async def answer(reader, writer):
        writer.write(b"220 rude\r\n")
        while line := await reader.readline():
            refused = line.upper().startswith((b"MAIL", b"RCPT"))
            writer.write(b"550 5.7.1 no \x1b]0;owned\x07\xc2\x9b2J thanks\r\n" if refused else b"250 ok\r\n")
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.close()


def test_what_a_mail_server_says_reaches_the_terminal_as_words(weekly, tmp_path, rude):
    root = tmp_path / "w"
    toml = f'[smtp]\nhost = "127.0.0.1"\nport = {rude}\nsecurity = "none"\n'
    with workspace(root, toml) as opened:
        publish_issue(opened, ["ada@example.net"])
    ran = [
        weekly("--workspace", root, *command)
        for command in (
            ("deliver", "--week", WEEK),
            ("deliveries", "list", "--week", WEEK),
            ("deliveries", "list", "--week", WEEK, "--json"),
            ("test-send", "--week", WEEK, "--to", "bob@example.net"),
            ("subscribers", "show", "ada@example.net"),
        )
    ]
    shown = "".join(one.out + one.err for one in ran)
    assert "thanks" in shown
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)
    assert "\x1b" in json.loads(ran[2].out)[0]["detail"] or "thanks" in json.loads(ran[2].out)[0]["detail"]


def test_an_argument_in_no_encoding_is_refused_and_a_file_of_such_a_name_is_read(tmp_path):
    (tmp_path / "weekly.toml").touch()
    odd = tmp_path / os.fsdecode(b"alt\xff.md")
    odd.write_text("## 新闻\n", encoding="utf-8")

    def run(*words):
        command = [sys.executable, "-m", "weekly", "--workspace", str(tmp_path), *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    refused = run("subscribers", "add", "ada@example.net", "--name", b"Ad\xff")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "write the argument in UTF-8" in refused.stderr
    assert "UTF-8" not in run("convert", odd, "--to", "json").stderr
