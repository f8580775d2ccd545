"""Delivery by SMTP (RFC 5321) to the relay of the settings."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import cast

import aiosmtplib
from aiosmtplib import SMTP

from weekly.context import PluginContext
from weekly.delivery.dialogue import ConnectionBroken, Dialogue, SmtpReply
from weekly.delivery.oauth import access_token
from weekly.delivery.refusals import RefusalCause, judge
from weekly.errors import Unreachable
from weekly.models import Message, Outcome, State
from weekly.settings import SmtpSettings, secret

TIMEOUT = 120.0
"""Seconds for each step of a dialogue; RFC 5321, 4.5.3.2, would have up to ten minutes, which a batch cannot wait."""
AT_ONCE = timedelta(0)
TOKEN_AGE = 60.0
"""Seconds that a token is used again for the next connection; those who give them out know how long each is valid."""
CLOSING = 421


def create(context: PluginContext) -> SmtpMailer | None:
    """The relay of the settings, None when they name none."""
    settings = context.settings
    return SmtpMailer(settings.smtp) if settings.smtp else None


class SmtpMailer:
    """A `SessionMailer` with a connection for each session."""

    repeatable = False

    def __init__(self, settings: SmtpSettings, *, timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None) -> None:
        """*tls* stands in for the system's certificate authorities."""
        self._settings, self._timeout, self._tls = settings, timeout, tls
        self._name: str | None = None
        self._token, self._token_at, self._asking = "", 0.0, asyncio.Lock()
        self.connections = settings.connections

    async def open(self) -> SmtpSession:
        """A connection, encrypted and logged in as the settings say; raises Unreachable, with the reason."""
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=self._name,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            await client.connect()
            if not client.supports_esmtp:
                await _greet(client)
            if settings.token_command:
                await client.auth_xoauth2(settings.username, await self._fresh_token())
            elif settings.username:
                await client.login(settings.username, secret("WEEKLY_SMTP_PASSWORD"))
        except (OSError, aiosmtplib.SMTPException, ValueError) as error:
            client.close()
            url = f"{settings.host}:{settings.port}"
            reason = " ".join(str(error).split())
            raise Unreachable(f"[smtp] {url}: {reason}: check host, port, security and password", url=url) from error
        self._name = client.local_hostname  # asking the system for it takes a while
        return SmtpSession(client, self._timeout)

    async def _fresh_token(self) -> str:
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if not self._token or now - self._token_at > TOKEN_AGE:
                command = self._settings.token_command
                self._token = await asyncio.to_thread(access_token, command, "[smtp] token_command")
                self._token_at = now
            return self._token

    async def probe(self, sender: str = "", recipient: str = "", others: Sequence[str] = ()) -> None:
        """Connects, and asks whether a mail from *sender* to *recipient* would be taken, of which none is sent.

        Raises Unreachable, which says what is wrong with the relay or with the sender, and which of the *others* it
        would take in its place.
        """
        session = await self.open()
        try:
            if sender and (refusal := await session.refuses(sender, recipient)):
                taken = [other for other in others if other != sender and not await session.refuses(other, recipient)]
                mend = f"it takes {taken[0]}" if taken else "where it wants the address of its login"
                place = f"{self._settings.host}:{self._settings.port}"
                said = f"[smtp] {place}: a mail from {sender} is refused: {refusal}: {mend}"
                raise Unreachable(f"{said}: set [smtp] envelope_from{f' = {taken[0]!r}' if taken else ''}", url=place)
        finally:
            await session.close()


async def _greet(client: SMTP) -> None:
    """EHLO, or HELO to a server that is older than 1995."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


class SmtpSession:
    """A `MailSession` over one connection. What the server offers decides how much is under way at once."""

    def __init__(self, client: SMTP, timeout: float) -> None:
        extensions = ("pipelining", "smtputf8", "size")
        self._pipelining, self._utf8, self._size = (client.supports_extension(name) for name in extensions)
        self._client = client
        # Public, and a transport that can change its protocol on every event loop that asyncio has.
        self._dialogue = Dialogue(cast("asyncio.Transport", client.transport), timeout)
        self._reset = False

    @property
    def alive(self) -> bool:
        """Whether another message can go this way."""
        return self._dialogue.alive

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """Sends *content* and, in the same breath where the server allows it, *envelope*."""
        refusal = self._unfit(envelope)
        commands = [] if envelope is None or refusal else self._commands(envelope)
        if content is None and not commands:
            return None, refusal  # nothing is asked, so nothing would be answered
        replies: list[SmtpReply] = []
        try:
            await self._say(content, commands, replies)
        except ConnectionBroken as broken:
            replies += broken.replies
            return self._broken(content, envelope if commands else None, replies, str(broken), refusal)
        outcome = _outcome(content, replies.pop(0)) if content else None
        if envelope is not None and commands:
            refusal = await self._judge(envelope, commands, replies)
        return outcome, refusal

    async def refuses(self, sender: str, recipient: str) -> str:
        """What the server says against an envelope, empty when it takes it."""
        try:
            await self._dialogue.ask([b"RSET\r\n"], 1)
            for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>"):
                (reply,) = await self._dialogue.ask([f"{command}\r\n".encode()], 1)
                if not reply.good:
                    return str(reply)
        except ConnectionBroken as broken:
            return str(broken)
        return ""

    async def close(self) -> None:
        """Says goodbye, and does not wait long for the answer."""
        with suppress(ConnectionBroken, TimeoutError):
            async with asyncio.timeout(2):
                await self._dialogue.ask([b"QUIT\r\n"], 1)
        self._dialogue.close()

    async def _say(self, content: Message | None, commands: list[bytes], replies: list[SmtpReply]) -> None:
        """Adds the answers to *replies* as they come, so that none is lost when the connection is."""
        data = _stuff_dots(content) if content else []
        if self._pipelining:
            replies += await self._dialogue.ask([*data, *commands], bool(data) + len(commands))
            return
        if data:
            replies += await self._dialogue.ask(data, 1)
        for command in commands:
            replies += await self._dialogue.ask([command], 1)
            if not replies[-1].good:
                break

    def _commands(self, envelope: Message) -> list[bytes]:
        utf8 = " SMTPUTF8" if not envelope.recipient.isascii() else ""
        size = f" SIZE={sum(map(len, envelope.pieces))}" if self._size else ""
        commands = [f"MAIL FROM:<{envelope.sender}>{size}{utf8}", f"RCPT TO:<{envelope.recipient}>", "DATA"]
        if self._reset:
            commands.insert(0, "RSET")
        self._reset = False
        return [f"{command}\r\n".encode() for command in commands]

    def _unfit(self, envelope: Message | None) -> Outcome | None:
        if envelope is None or envelope.recipient.isascii() or self._utf8:
            return None
        return Outcome(email=envelope.recipient, state=State.FAILED, detail="the relay takes no SMTPUTF8 address")

    async def _judge(self, envelope: Message, commands: list[bytes], replies: list[SmtpReply]) -> Outcome | None:
        """Why *envelope* is refused, None when the server waits for its content."""
        at = next((at for at, reply in enumerate(replies) if not reply.good), None)
        if at is None:
            return None
        self._reset = True
        if self.alive and len(replies) == len(commands) and replies[-1].good:
            with suppress(ConnectionBroken):  # it waits for the content of a message to nobody: RFC 2920, 3.1
                await self._dialogue.ask([b".\r\n"], 1)
        refused = replies[at]
        # The server closes the channel (RFC 5321, 3.8), or will not have us as a sender: not the recipient's fault.
        if refused.code == CLOSING or commands[at].startswith((b"MAIL", b"RSET")):
            self._dialogue.close()
            return _retry_at_once(envelope, str(refused))
        return _refusal(envelope, refused)

    def _broken(
        self,
        content: Message | None,
        envelope: Message | None,
        replies: list[SmtpReply],
        why: str,
        refusal: Outcome | None,
    ) -> tuple[Outcome | None, Outcome | None]:
        self._dialogue.close()
        outcome = None
        if content is not None and replies:
            outcome = _outcome(content, replies.pop(0))
        elif content is not None:
            detail = f"no answer after the message was sent: {why}"
            outcome = Outcome(email=content.recipient, state=State.UNCERTAIN, detail=detail)
        if envelope is not None:
            refusal = _retry_at_once(envelope, "; ".join([*(str(reply) for reply in replies if not reply.good), why]))
        return outcome, refusal


def _stuff_dots(message: Message) -> list[bytes]:
    """The content of a message as DATA wants it (RFC 5321, 4.5.2), in pieces."""
    if message.dotless and message.pieces[-1].endswith(b"\r\n"):
        return [*message.pieces, b".\r\n"]
    data = message.data
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return [b"." if data.startswith(b".") else b"", stuffed, b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"]


def _retry_at_once(message: Message, detail: str) -> Outcome:
    return Outcome(email=message.recipient, state=State.PENDING, detail=detail, again_after=AT_ONCE, tried=False)


def _outcome(message: Message, reply: SmtpReply) -> Outcome:
    if reply.good:
        return Outcome(email=message.recipient, state=State.SENT, detail=str(reply))
    return _refusal(message, reply)


def _refusal(message: Message, reply: SmtpReply) -> Outcome:
    """4xx is tried again later, 5xx never (RFC 5321, 4.2.1); how much later, the ledger decides."""
    cause = judge(reply.text, code=reply.code)
    return Outcome(
        email=message.recipient,
        state=State.PENDING if reply.temporary else State.FAILED,
        detail=str(reply),
        again_after=timedelta(minutes=1) if reply.temporary else None,
        unknown=cause is RefusalCause.ADDRESS,
        ours=cause is RefusalCause.SENDER,
    )
