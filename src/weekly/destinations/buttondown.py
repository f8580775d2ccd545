"""A draft in Buttondown: https://docs.buttondown.com/api-emails-introduction.

An email that is created without a status is sent to everybody at once, so that ours always names one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weekly.destinations import Post
from weekly.errors import SettingsError
from weekly.net.client import Client
from weekly.net.posting import send
from weekly.render.article import inert, inert_text
from weekly.settings import ButtondownSettings, Settings, secret

KEY = "WEEKLY_BUTTONDOWN_API_KEY"
VERSION = "2026-04-01"
"""The version of the API that this is written for; others are another's matter."""


def create(settings: Settings, root: Path, client: Client) -> Buttondown | None:
    """The account of the settings, None when they name none."""
    del root
    place = settings.destinations.buttondown
    return Buttondown(place, client) if place else None


class Buttondown:
    """A `Destination` that makes an email of the issue: a draft, unless the owner has said `send`."""

    repeatable = False

    def __init__(self, place: ButtondownSettings, client: Client) -> None:
        self._place, self._client = place, client
        self._url = f"{place.api_url}/emails"

    def plan(self, post: Post) -> str:
        """The request that would be made."""
        body = self._body(post)
        return (
            f"POST {self._url}: status {body['status']}, subject {body['subject']!r}, {len(body['body']):,} characters"
        )

    def announce(self, post: Post) -> str:
        """Makes the email."""
        if not (key := secret(KEY)):
            raise SettingsError(f"[destinations.buttondown]: its key is missing: set {KEY} or {KEY}_FILE")
        headers = {"authorization": f"Token {key}", "x-api-version": VERSION}
        if self._place.send:
            headers["x-buttondown-live-dangerously"] = "true"  # their fence against a mail to everybody by mistake
        reply = send(self._client, self._url, self._body(post), headers=headers)
        return f"{'sent' if self._place.send else 'a draft'}, email {reply.data.get('id', 'without an id')}"

    def _body(self, post: Post) -> dict[str, Any]:
        return {
            "subject": inert_text(post.title),
            "body": f"<!-- buttondown-editor-mode: fancy -->\n{inert(post.article)}",
            "status": "about_to_send" if self._place.send else "draft",
            "canonical_url": post.address,
            "metadata": {"week": post.week, "hash": post.hash},
        }
