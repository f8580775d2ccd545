"""A campaign in listmonk: https://listmonk.app/docs/apis/campaigns/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weekly.destinations import Post
from weekly.errors import SettingsError, Unanswered
from weekly.net.client import Client
from weekly.net.posting import send
from weekly.render.article import inert, inert_text
from weekly.settings import ListmonkSettings, Settings, secret

TOKEN = "WEEKLY_LISTMONK_TOKEN"  # noqa: S105 - the variable's name


def create(settings: Settings, root: Path, client: Client) -> Listmonk | None:
    """The installation of the settings, None when they name none."""
    del root
    place = settings.destinations.listmonk
    return Listmonk(place, client) if place else None


class Listmonk:
    """A `Destination` that makes a campaign of the issue: a draft, unless the owner has said `send`."""

    repeatable = False

    def __init__(self, place: ListmonkSettings, client: Client) -> None:
        self._place, self._client = place, client
        self._url = f"{place.api_url}/api/campaigns"

    def plan(self, post: Post) -> str:
        """The request that would be made."""
        what = "created and started" if self._place.send else "created as a draft"
        lists = ", ".join(map(str, self._place.lists))
        return f"POST {self._url}: campaign {self._name(post)!r} {what} for the lists {lists}"

    def announce(self, post: Post) -> str:
        """Makes the campaign, and starts it if the owner has said so."""
        if not (token := secret(TOKEN)):
            raise SettingsError(f"[destinations.listmonk]: its token is missing: set {TOKEN} or {TOKEN}_FILE")
        headers = {"authorization": f"token {self._place.username}:{token}"}
        reply = send(self._client, self._url, self._body(post), headers=headers)
        data = reply.data.get("data")
        number = data.get("id") if isinstance(data, dict) else None
        if not isinstance(number, int):
            raise Unanswered(f"{self._url}: answered without the campaign's id: look there", url=self._url)
        if self._place.send:
            self._start(number, headers)
        return f"{'started' if self._place.send else 'a draft'}, {self._place.api_url}/campaigns/{number}"

    def _start(self, number: int, headers: dict[str, str]) -> None:
        url = f"{self._url}/{number}/status"
        try:
            send(self._client, url, {"status": "running"}, headers=headers, method="PUT")
        except Exception as error:
            # The campaign is there: another announcement would make a second one.
            raise Unanswered(f"campaign {number} was made, but not surely started: {error}", url=url) from error

    def _name(self, post: Post) -> str:
        return f"{post.newsletter} {post.week}"

    def _body(self, post: Post) -> dict[str, Any]:
        body: dict[str, Any] = {
            "name": self._name(post),
            "subject": inert_text(post.title),
            "lists": list(self._place.lists),
            "type": "regular",
            "content_type": "html",
            "body": inert(post.article),
            "altbody": inert_text(post.text),
            "messenger": "email",
            "tags": ["weekly", post.week],
            "headers": [{"X-Weekly-Hash": post.hash}],
        }
        return {**body, "template_id": self._place.template} if self._place.template else body
