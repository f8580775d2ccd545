"""The mails of an issue: for each language and choice of topics one template, for each subscriber their own bytes."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from weekly.delivery.message import MessageTemplate, Signature
from weekly.models import Delivery, Mail, Message
from weekly.render.mail_head import list_fields
from weekly.render.selection import Selection
from weekly.settings import NewsletterSettings
from weekly.signing import Signer

KEPT = 32
"""Templates kept at a time: 13 topics have 8,192 sets, and a mail is 100 KB."""
Render = Callable[[Selection, str], Mail]


class MessageWriter:
    """Writes the mail of an issue to one subscriber after the other."""

    def __init__(
        self,
        newsletter: NewsletterSettings,
        signer: Signer,
        *,
        week: str,
        select: Callable[[Delivery], Selection],
        render: Render,
        signature: Signature | None = None,
        fixed_sender: str = "",
    ) -> None:
        """*select* says which mail a subscriber gets, *render* makes it with a token in the subscriber's links."""
        self._newsletter, self._signer, self._signature = newsletter, signer, signature
        self._week, self._select, self._render = week, select, render
        self._fixed_sender = fixed_sender
        self._templates: OrderedDict[Selection, MessageTemplate] = OrderedDict()

    def write(self, delivery: Delivery, at: datetime) -> Message:
        """The mail to the subscriber of *delivery*; raises ParseError when their address cannot be written to."""
        selection = self._select(delivery)
        if selection in self._templates:
            self._templates.move_to_end(selection)
        else:
            self._templates[selection] = self._prepare(selection)
            if len(self._templates) > KEPT:
                self._templates.popitem(last=False)
        return self._templates[selection].fill(delivery, at)

    def _prepare(self, selection: Selection) -> MessageTemplate:
        slot = f"r{secrets.token_hex(16)}"
        named = f"{self._week} {selection.language} {selection.missed} {' '.join(selection.topics)}"
        return MessageTemplate.of(
            self._render(selection, slot),
            self._newsletter,
            self._signer,
            slot=slot,
            boundary=f"=_{hashlib.sha256(named.encode()).hexdigest()[:24]}",
            fields=list_fields(self._newsletter, self._week),
            signature=self._signature,
            fixed_sender=self._fixed_sender,
        )
