"""Secrets in addresses: put in on the wire, taken out of whatever is shown, kept or recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

_LOOKED_FOR = 6
"""Characters from which a secret is looked for in what comes back: a shorter one is part of many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSecrets:
    """What stands in addresses for what: `${TOKEN}` for its value, on the host of *origin* alone."""

    values: Mapping[str, str]
    origin: str
    """Scheme and host, `https://a.example`."""

    def hide(self, url: str) -> str:
        """*url* as it may be shown: without the secrets in it."""
        for name, form in self._forms():
            url = url.replace(form, name)
        return url

    def fill(self, url: str) -> str:
        """*url* as it is asked: with the secrets, if they may go there."""
        if not is_as_safe(url, self.origin):
            return url
        for name, value in self.values.items():
            url = url.replace(name, value)
        return url

    def hide_in(self, body: bytes) -> bytes:
        """*body* as it may be kept: a feed that names itself gives the secret of its address back."""
        for name, form in self._forms():
            if len(form) >= _LOOKED_FOR:
                body = body.replace(form.encode(), name.encode())
        return body

    def _forms(self) -> Iterator[tuple[str, str]]:
        """The secrets by their names, as they are and as addresses and markup write them."""
        for name, value in self.values.items():
            for form in dict.fromkeys((value, quote(value, safe=""), quote(value), escape(value))):
                yield name, form


def is_as_safe(url: str, origin: str) -> bool:
    """Whether what is secret may go to *url*: the host of *origin*, not without TLS where *origin* has it."""
    asked, known = urlsplit(url), urlsplit(origin)
    return asked.netloc == known.netloc and (asked.scheme == "https" or known.scheme != "https")
