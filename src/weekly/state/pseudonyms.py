"""Addresses as the state knows them: hashes that only the newsletter's secret can make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weekly.signing import Signer
from weekly.store.suppressions import fingerprint

_LENGTH = 16
"""Bytes of a hash."""


class Pseudonyms:
    """Addresses to hashes, and back for those that are on the list.

    Without the secret nobody can try out whose hash it is. An address that is not on the list any more stays the hash
    that it is, in the database too: it gets no mail, and what is known of it is not lost.
    """

    def __init__(self, signer: Signer, addresses: Iterable[str] = ()) -> None:
        self._signer = signer
        self._addresses = {self.of(address): address for address in addresses}

    def of(self, address: str) -> str:
        """The hash of *address*, or *address* itself where it is one already."""
        return self.of_fingerprint(fingerprint(address)) if "@" in address else address

    def of_fingerprint(self, digest: str) -> str:
        """The hash of the address with that fingerprint, or *digest* itself where it is one already."""
        if len(digest) == 2 * _LENGTH:
            return digest
        return self._signer.mac("state", digest.encode())[:_LENGTH].hex()

    def address(self, pseudonym: Any) -> str:
        """The address, or the hash of one that is not on the list."""
        return self._addresses.get(str(pseudonym), str(pseudonym))

    def fingerprint(self, pseudonym: Any) -> str:
        """The fingerprint that the suppression list has of it, or the hash of one that is not on the list."""
        known = self._addresses.get(str(pseudonym))
        return fingerprint(known) if known else str(pseudonym)
