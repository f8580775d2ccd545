"""Who may come in: a token once, then a signed cookie; a signed link for one purpose; a proxy that signs people in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from weekly.settings import ReviewSettings

COOKIE = "weekly_review"
SESSION = 30 * 24 * 3600
"""Seconds that a sign-in lasts."""
INVITATION = 7 * 24 * 3600
"""Seconds that a link for somebody without an account lasts."""
NAMELESS = "editor"
"""Who somebody is who came by the token alone where no editors are named."""
_LONGEST = 4_000


class Access:
    """Signs and reads what visitors carry; it all hangs on one token, so that a restart signs nobody out."""

    def __init__(self, token: str, review: ReviewSettings) -> None:
        self._token = token.encode()
        self._key = hashlib.sha256(b"weekly review\0" + self._token).digest()
        self._review = review

    def knows(self, token: str) -> bool:
        """Whether *token* is the owner's."""
        return bool(token) and hmac.compare_digest(token.encode("utf-8", "replace"), self._token)

    def sign(self, purpose: str, seconds: int, **told: str) -> str:
        """A text that proves *told* for *purpose* until *seconds* from now."""
        data = json.dumps({**told, "for": purpose, "until": int(time.time()) + seconds}, sort_keys=True)
        payload = base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")
        return f"{payload}.{self._seal(payload)}"

    def read(self, purpose: str, text: str) -> Mapping[str, Any] | None:
        """What a signed text proves; None when it is forged, made for something else, or too old."""
        payload, _, seal = text[:_LONGEST].partition(".")
        if not hmac.compare_digest(self._seal(payload).encode(), seal.encode("utf-8", "replace")):
            return None
        told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return told if told["for"] == purpose and told["until"] > time.time() else None

    def _seal(self, payload: str) -> str:
        return hmac.new(self._key, payload.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def who(self, request: Request) -> str:
        """The name of the editor who asks; empty for a stranger."""
        if self._review.proxy_header and (name := request.headers.get(self._review.proxy_header, "").strip()):
            return self.named(name)
        told = self.read("session", request.cookies.get(COOKIE, ""))
        return self.named(str(told["name"])) if told else ""

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
