"""DKIM (RFC 6376, RFC 8463) by ourselves, for relays that do not sign."""

from __future__ import annotations

from pathlib import Path

from weekly.delivery.message import Signature
from weekly.errors import SettingsError
from weekly.settings import DkimSettings

_SIGNED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"feedback-id"),
)


def signature(settings: DkimSettings, sender: str, root: Path) -> Signature:
    """What signs messages from the domain *sender*; raises SettingsError when it cannot."""
    try:
        import dkim  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise SettingsError("[smtp.dkim] needs the extra: pip install 'weekly-digest[dkim]'") from error
    if not (f".{sender}".lower()).endswith(f".{settings.domain}".lower()):
        raise SettingsError(
            f"[smtp.dkim] domain: {settings.domain} does not cover the sender's domain {sender} (DMARC)"
        )
    path = root / settings.key
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"[smtp.dkim] key: cannot read {path}: {error.strerror}") from error
    # dkimpy takes RSA keys as PEM, and Ed25519 keys as the bare 32 bytes in base64.
    algorithm = b"rsa-sha256" if key.lstrip().startswith(b"-----BEGIN") else b"ed25519-sha256"

    def sign(data: bytes) -> bytes:
        made: bytes = dkim.sign(
            data,
            settings.selector.encode(),
            settings.domain.encode(),
            key.strip(),
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=algorithm,
            include_headers=list(_SIGNED),
        )
        return made

    try:
        sign(b"From: a@example.org\r\n\r\n")
    except Exception as error:
        raise SettingsError(f"[smtp.dkim] key: {path} is no key to sign with: {error}") from error
    return sign
