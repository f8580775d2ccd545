"""Commands of `weekly` as processes that are forked from one which has imported the program: an import costs a second.

`started(folder)` serves them for the length of a block and puts a command `weekly` into *folder*: first on a PATH, it
behaves as the installed one does, with its own arguments, folder, variables and streams. It is not for kills: what is
killed is the command, not what was forked for it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import weekly
from weekly import cli

COMMAND = """\
#!{python} -ISE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(asked)
    ended = server.recv(1)
sys.exit(ended[0] if ended else 1)
"""


@contextlib.contextmanager
def started(folder):
    folder.mkdir()
    address = str(folder / "socket")
    command = folder / "weekly"
    command.write_text(COMMAND.format(python=sys.executable, address=address), encoding="utf-8")
    command.chmod(0o755)
    served = [sys.executable, "-m", "tests.fork_server", address]
    with subprocess.Popen(served, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as server:
        server.stdout.readline()
        try:
            yield folder
        finally:
            server.terminate()


def serve(address):
    for module in pkgutil.walk_packages(weekly.__path__, "weekly."):
        if "__main__" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(8)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asking, _ = listener.accept()
            if not os.fork():
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                answer(asking)
            asking.close()


def answer(asking):
    """In the forked process: the command as it was asked for, and how it ended."""
    size, streams, _, _ = socket.recv_fds(asking, 8, 3)
    asked = b""
    while len(asked) < int.from_bytes(size, "big"):
        asked += asking.recv(1 << 16)
    arguments, folder, variables = json.loads(asked)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    status = 0
    try:
        cli.main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        asking.sendall(bytes([status]))
    sys.exit(status)


if __name__ == "__main__":
    serve(sys.argv[1])
