"""A stand-in for the sources on this machine: it answers from functions, misbehaves on demand and keeps a log."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import httpx


class StandIn:
    """Answers under the beginnings of paths; faults are used up first, in their order."""

    def __init__(self, answers):
        self.answers = answers
        self.faults = []
        self.log = []
        self.told = []
        self.url = ""

    def answer(self, path, headers, method="GET", content=b""):
        """The answer, as an httpx response; an exception for a connection that breaks off."""
        if method != "GET":
            self.told.append(httpx.Request(method, f"http://stand.in{path}", headers=headers, content=content))
        self.log.append((time.monotonic(), path, "if-none-match" in headers))
        if self.faults:
            return self.faults.pop(0)
        fits = [start for start in self.answers if path.startswith(start)]
        if not fits:
            return httpx.Response(404)
        asked = httpx.Request(method, f"http://stand.in{path}", headers=headers, content=content)
        return self.answers[max(fits, key=len)](asked)

    def gaps(self, path):
        """The seconds between the arrivals of requests whose path begins so."""
        at = sorted(moment for moment, asked, _ in self.log if asked.startswith(path))
        return [later - earlier for earlier, later in pairwise(at)]


@contextmanager
def standing_in(answers):
    """The stand-in, listening."""
    stand_in = StandIn(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = stand_in.answer(self.path, headers, self.command, content)
            if isinstance(answer, Exception):
                self.close_connection = True
                return
            body = answer.content
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name != "content-length":
                    self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: int(answer.extensions.get("cut", len(body)))])
            self.close_connection = "cut" in answer.extensions

        do_POST = do_PUT = do_GET  # noqa: N815 - the library's names

        def handle(self):
            with suppress(ConnectionError):  # whoever asked was killed
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
