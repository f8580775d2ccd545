"""Authentication of editors: a token once, then a signed cookie; a signed link for one purpose; a proxy's header."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from weekly.settings import ReviewSettings
from weekly.signing import LONGEST, Signer

COOKIE = "weekly_review"
SHORTEST_TOKEN = 16
"""Characters: what is shorter is found by guessing, here or, from a cookie, anywhere."""
SESSION = 30 * 24 * 3600
"""Seconds that a sign-in lasts."""
INVITATION = 7 * 24 * 3600
"""Seconds that a link for somebody without an account lasts."""
NAMELESS = "editor"
"""Who somebody is who came by the token alone where no editors are named."""


class Access:
    """Signs and reads what visitors carry; it all hangs on one token, so that a restart signs nobody out."""

    def __init__(self, token: str, review: ReviewSettings, now: Callable[[], datetime]) -> None:
        self._token = token.encode()
        self._key = hashlib.sha256(b"weekly review\0" + self._token).digest()
        self._signer = Signer(self._key)
        self._review = review
        self._now = now

    def knows(self, token: str) -> bool:
        """Whether *token* is the owner's."""
        return bool(token) and hmac.compare_digest(token.encode("utf-8", "replace"), self._token)

    def sign(self, purpose: str, seconds: int, **told: str) -> str:
        """A text that proves *told* for *purpose* until *seconds* from now."""
        return self._signer.wrap(purpose, told, self._now() + timedelta(seconds=seconds))

    def read(self, purpose: str, text: str) -> Mapping[str, Any] | None:
        """What a signed text proves; None when it is forged, made for something else, or too old."""
        return self._signer.unwrap(purpose, text, self._now()) or self._read_earlier(purpose, text)

    def _read_earlier(self, purpose: str, text: str) -> Mapping[str, Any] | None:
        """The same of a text that 0.1.0 signed: links that were sent and sign-ins go on until they are too old."""
        payload, _, seal = text[:LONGEST].partition(".")
        signed = hmac.new(self._key, payload.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed.encode(), seal.encode("utf-8", "replace")):
            return None
        told: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return told if told["for"] == purpose and told["until"] > self._now().timestamp() else None

    def who(self, request: Request) -> str:
        """The name of the editor who asks; empty for a stranger."""
        if name := self.proxied(request):
            return self.named(name)
        told = self.session(request)
        return self.named(str(told["name"])) if told else ""

    def session(self, request: Request) -> Mapping[str, Any] | None:
        """What the visitor's cookie proves: a `name` and the `session` that it was given for; None without one."""
        return self.read("session", request.cookies.get(COOKIE, ""))

    def proxied(self, request: Request) -> str:
        """The name that the proxy gives; empty without one."""
        header = self._review.proxy_header
        return request.headers.get(header, "").strip() if header else ""

    def named(self, name: str) -> str:
        """The name under which somebody who has the token works; empty when it is no editor's."""
        name = "".join(char for char in name if char.isprintable()).strip()[:80]
        editors = self._review.editors
        if not name:
            return editors[0] if editors else NAMELESS
        return name if not editors or name in editors else ""

    def entering(self, token: str, wanted: str) -> str:
        """Who comes in by *token*, the owner's or a link made for one editor; empty when it opens nothing."""
        if self.knows(token):
            return self.named(wanted)
        told = self.read("sign-in", token)
        return self.named(str(told["name"])) if told else ""
