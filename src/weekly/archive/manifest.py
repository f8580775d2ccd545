"""Manifests: what stands in the archive, by the hash of each file, signed with the workspace's secret.

Each issue's folder has one, with the approved content whole, so that the store can be made again from the archive; and
the archive has one of the pages that follow from the issues, with what each of them was when it was last written.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from weekly.signing import Signer

NAME = ".manifest.json"


class Seal(StrEnum):
    """What the signature of a manifest says."""

    SIGNED = "signed"
    UNSIGNED = "older, unsigned"
    """There is none: it was published by a version before manifests."""
    FOREIGN = "signed with another secret"
    BROKEN = "its manifest was changed"


def sign(signer: Signer, value: Mapping[str, Any]) -> bytes:
    """The file of a manifest that says *value*."""
    whole = {**value, "secret": signer.fingerprint}
    signed = {**whole, "signature": _signature(signer, whole)}
    return (json.dumps(signed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read(signer: Signer, folder: Path) -> tuple[dict[str, Any], Seal]:
    """What the manifest in *folder* says, and what its signature does; nothing where it cannot be read."""
    try:
        value = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, Seal.UNSIGNED
    except (OSError, ValueError):
        return {}, Seal.BROKEN
    if not isinstance(value, dict):
        return {}, Seal.BROKEN
    signature = str(value.pop("signature", ""))
    if value.get("secret") != signer.fingerprint:
        return value, Seal.FOREIGN
    whole = hmac.compare_digest(signature, _signature(signer, value))
    return (value, Seal.SIGNED) if whole else ({}, Seal.BROKEN)


def _signature(signer: Signer, value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return signer.mac("manifest", text.encode()).hex()
