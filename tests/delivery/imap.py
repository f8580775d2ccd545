"""A mailbox behind IMAP: as much of RFC 3501 as somebody needs who reads reports, over a real socket."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """Folders of messages, one password, and what was said to it."""

    def __init__(self, folders: dict[str, list[bytes]], password: str = "hunter2", *, wants_id: bool = False) -> None:
        self.folders, self.password, self.wants_id = folders, password, wants_id
        self.seen: set[int] = set()
        self.said: list[str] = []


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box
        self._say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            box.said.append(line)
            tag, _, rest = line.partition(" ")
            verb, _, more = rest.partition(" ")
            answer = getattr(self, f"_{verb.lower()}", lambda *_: "OK")(box, more)
            self._say(f"{tag} {answer} (said the server)")
            if verb == "LOGOUT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _capability(self, box: Mailbox, more: str) -> str:
        self._say(f"* CAPABILITY IMAP4rev1{' ID' if box.wants_id else ''}")
        return "OK"

    def _login(self, box: Mailbox, more: str) -> str:
        return "OK" if more.endswith(f'"{box.password}"') else "NO wrong password"

    def _authenticate(self, box: Mailbox, more: str) -> str:
        self._say("+ ")
        told = b64decode(self.rfile.readline().strip()).decode()
        if told.endswith(f"\x01auth=Bearer {box.password}\x01\x01"):
            return "OK"
        self._say("+ " + b64encode(b'{"status": "400"}').decode())
        assert self.rfile.readline() == b"\r\n"
        return "NO the token is not valid"

    def _select(self, box: Mailbox, more: str) -> str:
        if box.wants_id and not any(" ID " in line for line in box.said):
            return "NO SELECT Unsafe Login. Please contact kefu@188.com for help"
        self.messages = box.folders.get(more)
        if self.messages is None:
            return "NO no such folder"
        self._say(f"* {len(self.messages)} EXISTS")
        return "OK"

    def _search(self, box: Mailbox, more: str) -> str:
        fresh = (str(number) for number in range(1, len(self.messages) + 1) if number not in box.seen)
        self._say(f"* SEARCH {' '.join(fresh)}")
        return "OK"

    def _fetch(self, box: Mailbox, more: str) -> str:
        number = int(more.split(maxsplit=1)[0])
        data = self.messages[number - 1]
        self.wfile.write(f"* {number} FETCH (BODY[] {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        return "OK"

    def _store(self, box: Mailbox, more: str) -> str:
        assert re.fullmatch(r"\d+ \+FLAGS \(?\\Seen\)?", more)
        box.seen.add(int(more.split(maxsplit=1)[0]))
        return "OK"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, box: Mailbox, tls: ssl.SSLContext | None) -> None:
        self.box, self.tls = box, tls
        super().__init__(("127.0.0.1", 0), _Talk)

    def get_request(self) -> tuple[object, object]:
        connection, whence = super().get_request()
        return (self.tls.wrap_socket(connection, server_side=True) if self.tls else connection), whence

    def handle_error(self, *_: object) -> None:
        """A client that hangs up on a certificate is what the test is about."""


@contextmanager
def serving(box: Mailbox, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of *box*."""
    with _Server(box, tls) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
