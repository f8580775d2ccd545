"""Signed tokens: what a link says is what we wrote into it, without a row for each link.

Keyed BLAKE2b (RFC 7693), cut to 128 bits; every purpose has a key of its own, so that a token for one is none for
another. Tokens are lower-case letters and digits, which no mail system mangles.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from weekly import files
from weekly.errors import SettingsError, WorkspaceError
from weekly.settings import secret

FILE = "secret"
LONGEST = 4000
"""Characters of a token that we look at."""
SHORTEST = 32
"""Characters of a secret: 128 bits in hexadecimal."""
_TOKEN = re.compile(r"([0-9a-z]+)-([0-9a-f]{32})")


class Signer:
    """Signs with one secret, and checks with it and with those *before* it."""

    def __init__(self, key: bytes, before: Sequence[Signer] = ()) -> None:
        self._key = key
        self._keys: dict[str, bytes] = {}
        self._before = tuple(before)

    @property
    def fingerprint(self) -> str:
        """Tells secrets apart without giving them away."""
        return self.mac("fingerprint", b"")[:16].hex()

    def mac(self, purpose: str, data: bytes) -> bytes:
        """32 bytes that only this secret gives for *data* and *purpose*."""
        if purpose not in self._keys:
            self._keys[purpose] = hashlib.blake2b(purpose.encode(), key=self._key, digest_size=32).digest()
        return hashlib.blake2b(data, key=self._keys[purpose], digest_size=32).digest()

    def made(self, purpose: str, data: bytes, part: slice, text: str) -> bool:
        """Whether *text* is the *part* of `mac`, in hexadecimal, of this secret or an earlier one."""
        mine = hmac.compare_digest(self.mac(purpose, data)[part].hex(), text)
        return mine or any(signer.made(purpose, data, part, text) for signer in self._before)

    def succeeds(self, fingerprint: str) -> bool:
        """Whether the secret of that `fingerprint` came before this one."""
        return any(signer.fingerprint == fingerprint for signer in self._before)

    def number(self, purpose: str, number: int) -> str:
        """A token that says *number*, for ever."""
        text = f"{number:x}"
        return f"{text}-{self.mac(purpose, text.encode())[:16].hex()}"

    def read_number(self, purpose: str, token: str) -> int | None:
        """The number that *token* says, None when we did not sign it."""
        text = self._verify(purpose, token)
        return int(text, 16) if text and len(text) <= 16 and not text.strip("0123456789abcdef") else None  # noqa: PLR2004

    def wrap(self, purpose: str, value: Mapping[str, Any], until: datetime) -> str:
        """A token that says *value* until the moment *until*."""
        text = json.dumps({"until": until.timestamp(), **value}, ensure_ascii=False, separators=(",", ":"))
        packed = b32encode(text.encode()).decode("ascii").rstrip("=").lower()
        return f"{packed}-{self.mac(purpose, packed.encode())[:16].hex()}"

    def unwrap(self, purpose: str, token: str, now: datetime) -> dict[str, Any] | None:
        """What *token* says, None when we did not sign it or its time is over."""
        packed = self._verify(purpose, token)
        if packed is None:
            return None
        value: dict[str, Any] = json.loads(b32decode(packed.upper() + "=" * (-len(packed) % 8)))
        return value if value.pop("until") >= now.timestamp() else None

    def _verify(self, purpose: str, token: str) -> str | None:
        match = _TOKEN.fullmatch(token) if len(token) <= LONGEST else None
        if match is None:
            return None
        return match[1] if self.made(purpose, match[1].encode(), slice(16), match[2]) else None


def load_signer(root: Path) -> Signer:
    """The signer of the workspace at *root*: WEEKLY_SECRET, or the file `.weekly/secret`, made when it is not there.

    WEEKLY_SECRET_BEFORE holds earlier secrets, a line each, whose links are still believed. Losing the secret breaks
    the links in every mail that was sent: back it up with the database.
    """
    before = [Signer(_key(line.strip())) for line in secret("WEEKLY_SECRET_BEFORE").splitlines()]
    if given := secret("WEEKLY_SECRET"):
        if len(given) < SHORTEST:
            raise SettingsError(
                f"WEEKLY_SECRET: {len(given)} characters can be guessed, {SHORTEST} are needed: set a long one, for"
                " example of 'openssl rand -hex 32', and the present one as WEEKLY_SECRET_BEFORE, so that the links"
                " in mails that were sent still work"
            )
        return Signer(_key(given), before)
    path = root / ".weekly" / FILE
    try:
        if not path.exists():
            files.create(path, f"{secrets.token_hex(32)}\n".encode())
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}") from error
    if len(text.strip()) < SHORTEST:
        raise WorkspaceError(f"{path}: too short for a secret: restore it from a backup, or remove it for a new one")
    return Signer(_key(text.strip()), before)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
