"""The letters of an issue: for each reader's language and topics one prepared mail, for each reader their own bytes."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from weekly.models import Delivery, Mail, Message
from weekly.publishers.message import Prepared, Signature
from weekly.settings import NewsletterSettings
from weekly.signing import Signer

KEPT = 32
"""Prepared mails kept at a time: 13 topics have 8,192 sets, and a mail is 100 KB."""
Variant = tuple[str, frozenset[str]]
"""A language and the cards that a reader wants."""
Render = Callable[[Variant, str], Mail]


class Letters:
    """Writes the mail of an issue to one reader after the other."""

    def __init__(
        self,
        newsletter: NewsletterSettings,
        signer: Signer,
        *,
        week: str,
        variant: Callable[[Delivery], Variant],
        render: Render,
        signature: Signature | None = None,
    ) -> None:
        """*variant* says which mail a reader gets, *render* makes it with a token in the reader's links."""
        self._newsletter, self._signer, self._signature = newsletter, signer, signature
        self._week, self._variant, self._render = week, variant, render
        self._prepared: OrderedDict[Variant, Prepared] = OrderedDict()

    def write(self, delivery: Delivery, at: datetime) -> Message:
        """The mail to the reader of *delivery*; raises ParseError when their address cannot be written to."""
        variant = self._variant(delivery)
        if variant in self._prepared:
            self._prepared.move_to_end(variant)
        else:
            self._prepared[variant] = self._prepare(variant)
            if len(self._prepared) > KEPT:
                self._prepared.popitem(last=False)
        return self._prepared[variant].fill(delivery, at)

    def _prepare(self, variant: Variant) -> Prepared:
        slot = f"r{secrets.token_hex(16)}"
        domain = self._newsletter.mailbox.domain
        named = f"{self._week} {variant[0]} {sorted(variant[1])}"
        return Prepared.of(
            self._render(variant, slot),
            self._newsletter,
            self._signer,
            slot=slot,
            boundary=f"=_{hashlib.sha256(named.encode()).hexdigest()[:24]}",
            fields={
                "List-Id": f"<weekly.{domain}>",
                "List-Archive": f"<{self._newsletter.url}/>",
                "Feedback-ID": f"{self._week.lower()}:issue:newsletter:{domain}",
                # RFC 3834: no vacation notices in answer; Precedence is for those who are older than it.
                "Auto-Submitted": "auto-generated",
                "Precedence": "bulk",
            },
            signature=self._signature,
        )
