"""A mail relay that does what a test tells it to, in the real protocol over a real socket."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP, SILENCE = "<hang up>", "<silence>"
Answer = Callable[[str], str | None]


class Relay:
    """Answers each command by the first of *answers* that begins it, else as a good server does."""

    def __init__(self, answers: dict[str, str] | None = None, *, extensions: tuple[str, ...] = ("PIPELINING",)) -> None:
        self.answers = answers or {}
        self.extensions = extensions
        self.said: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None

    def answer(self, command: str, good: str) -> str:
        self.said.append(command)
        return next((text for start, text in self.answers.items() if command.startswith(start)), good)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = accepted = False
        writer.write(self.answer("<greeting>", "220 relay ESMTP").encode() + b"\r\n")
        while line := await reader.readline():
            command = line.decode().rstrip("\r\n")
            verb = command.split(" ")[0].upper()
            text = self.answer(command, self._good(verb, sender=sender, accepted=accepted))
            if not await self._say(writer, text) or verb == "QUIT":
                return
            sender = text.startswith("2") if verb == "MAIL" else sender
            accepted = text.startswith("2") if verb == "RCPT" else accepted
            if verb == "STARTTLS" and self.tls and text.startswith("220"):
                await writer.drain()
                await writer.start_tls(self.tls)
            elif text.startswith("354"):
                body = await reader.readuntil(b"\r\n.\r\n" if accepted else b".\r\n")
                accepted = False
                self.messages.append(body[:-3])
                if not await self._say(writer, self.answer("<content>", "250 2.0.0 taken")):
                    return

    def _good(self, verb: str, *, sender: bool, accepted: bool) -> str:
        if verb == "RCPT" and not sender:
            return "503 5.5.1 no sender"
        if verb == "DATA":
            return "354 go on" if accepted else "503 5.5.1 no recipients"
        if verb == "EHLO":
            return "\r\n".join([*(f"250-{name}" for name in ("relay", *self.extensions)), "250 HELP"])
        return {"QUIT": "221 bye", "STARTTLS": "220 go"}.get(verb, "250 2.0.0 ok")

    async def _say(self, writer: asyncio.StreamWriter, text: str) -> bool:
        """Says it, and whether the conversation goes on."""
        if text == HANG_UP:
            return False
        if text == SILENCE:
            await asyncio.sleep(30)
        writer.write(text.encode() + b"\r\n")
        return not text.startswith("421")


@asynccontextmanager
async def listening(relay: Relay, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on which *relay* answers; with *tls* from the first byte on."""
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0, ssl=tls, limit=1 << 20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextmanager
def in_a_thread(relay: Relay) -> Iterator[int]:
    """The port on which *relay* answers while the block runs, for who has no event loop of their own."""
    ready, over, ports = threading.Event(), threading.Event(), list[int]()

    async def serve() -> None:
        async with listening(relay) as port:
            ports.append(port)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(30), "the relay did not start"
    try:
        yield ports[0]
    finally:
        over.set()
        thread.join()


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for *names*, and a client's side that trusts its maker."""
    key = ec.generate_private_key(ec.SECP256R1())
    me = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(me)
        .issuer_name(me)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return server, client
