"""The list of subscribers in a repository: encrypted, with a key that only its owner and its runners have.

ChaCha20-Poly1305 (RFC 8439) over the whole CSV file; a fresh nonce for each encryption stands in front of it.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from weekly.errors import SettingsError, StageError
from weekly.settings import secret
from weekly.signing import SHORTEST
from weekly.subscribers.table import BadRow, UnconfirmedRow, read_csv
from weekly.workspace import Workspace

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

FILE = "subscribers.csv.enc"
KEY = "WEEKLY_SUBSCRIBERS_KEY"
_ABOUT = b"weekly subscribers 1\n"
_NONCE = 12


def encrypt(data: bytes) -> bytes:
    """*data* as only the holder of the key can read it; raises SettingsError without a key."""
    nonce = secrets.token_bytes(_NONCE)
    return _ABOUT + nonce + _cipher().encrypt(nonce, data, _ABOUT)


def decrypt(data: bytes) -> bytes:
    """What `encrypt` was given; raises StageError for another key, or for what somebody changed."""
    nonce, sealed = data[len(_ABOUT) :][:_NONCE], data[len(_ABOUT) + _NONCE :]
    cipher = _cipher()
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

    try:
        return cipher.decrypt(nonce, sealed, data[: len(_ABOUT)])
    except (InvalidTag, ValueError) as error:
        raise StageError(
            f"{FILE}: encrypted with another key, or damaged: set {KEY} to the one it was made with"
        ) from error


def load_list(workspace: Workspace) -> int:
    """Puts the subscribers of the encrypted list into the database, where there is such a list; returns how many."""
    path = workspace.root / FILE
    if not path.exists():
        return 0
    plain = decrypt(path.read_bytes())
    with tempfile.TemporaryDirectory(prefix="weekly-") as folder:
        file = Path(folder) / "subscribers.csv"
        file.write_bytes(plain)
        rows = [row for row in read_csv(file, {}) if not isinstance(row, BadRow | UnconfirmedRow)]
    with workspace.store.write() as tx:
        return tx.subscribers.add(rows, workspace.now()).added


def _cipher() -> ChaCha20Poly1305:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise SettingsError("an encrypted list needs cryptography: pip install 'weekly-digest[repository]'") from error
    key = secret(KEY)
    if len(key) < SHORTEST:
        raise SettingsError(f"{KEY}: {SHORTEST} characters or more are needed, such as of 'openssl rand -hex 32'")
    return ChaCha20Poly1305(hashlib.sha256(key.encode()).digest())
