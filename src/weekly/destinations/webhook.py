"""A message in a chat, by an incoming webhook.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook
Feishu: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
DingTalk: https://open.dingtalk.com/document/robots/custom-robot-access
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from weekly.destinations import CardLine, Post
from weekly.errors import FetchError, SettingsError
from weekly.net.client import Client
from weekly.net.posting import Reply, send
from weekly.settings import Settings, secret

URL, SECRET = "WEEKLY_WEBHOOK_URL", "WEEKLY_WEBHOOK_SECRET"
MOST = 20
"""Cards that a message names."""
LONGEST = 120
"""Characters of a card's line: twenty of them stay below the 4,000 that the smallest chat takes."""


def create(settings: Settings, root: Path, client: Client) -> Webhook | None:
    """The chat of the settings, None when they name none."""
    del root
    place = settings.destinations.webhook
    return Webhook(place.shape, client) if place else None


class Webhook:
    """A `Destination` that is a chat."""

    repeatable = False

    def __init__(self, shape: str, client: Client) -> None:
        self._shape, self._client = shape, client

    def plan(self, post: Post) -> str:
        """The message that would be posted."""
        return f"POST to the {self._shape} webhook: {json.dumps(SHAPES[self._shape](post), ensure_ascii=False)}"

    def announce(self, post: Post) -> str:
        """Posts the message."""
        if not (url := secret(URL)):
            raise SettingsError(f"[destinations.webhook]: its address is missing: set {URL} or {URL}_FILE")
        url, signature = _sign(self._shape, url, secret(SECRET), post.at.timestamp())
        name = f"the {self._shape} webhook"
        _refuse_error_reply(send(self._client, url, {**signature, **SHAPES[self._shape](post)}, shown=name), name)
        return "posted"


def _refuse_error_reply(reply: Reply, name: str) -> None:
    """Raises FetchError for a refusal that comes as HTTP 200, as Feishu and DingTalk have it."""
    data = reply.data
    code = data.get("errcode", data.get("code", data.get("StatusCode", 0)))
    if code not in {0, None}:
        reason = str(data.get("errmsg") or data.get("msg") or "")[:160]
        raise FetchError(f"{name}: refused ({code}): {reason}", url=name, status=reply.status)


def _sign(shape: str, url: str, key: str, now: float) -> tuple[str, dict[str, str]]:
    """The address and the fields that say that it is us, where the chat's owner has set a secret."""
    if not key:
        return url, {}
    if shape == "feishu":
        stamp = str(int(now))
        digest = hmac.new(f"{stamp}\n{key}".encode(), b"", hashlib.sha256).digest()
        return url, {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    if shape == "dingtalk":
        stamp = str(int(now * 1000))
        digest = hmac.new(key.encode(), f"{stamp}\n{key}".encode(), hashlib.sha256).digest()
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}", {}
    return url, {}


def _line(card: CardLine) -> str:
    text = f"{card.name}: {card.line}" if card.line else card.name
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _lines(post: Post) -> list[str]:
    shown = [_line(line) for line in post.lines[:MOST]]
    return [*shown, f"… +{len(post.lines) - MOST}"] if len(post.lines) > MOST else shown


def _title(post: Post) -> str:
    return post.title if len(post.title) <= LONGEST else f"{post.title[: LONGEST - 1]}…"


def _slack(post: Post) -> dict[str, Any]:
    def plain(text: str) -> str:
        # https://docs.slack.dev/messaging/formatting-message-text: these three, and no <!channel> is left.
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    points = "\n".join(f"• {plain(text)}" for text in _lines(post))
    title = plain(_title(post)).replace("|", "｜")
    return {"text": f"<{post.address}|{title}>\n{points}", "mrkdwn": False, "unfurl_links": False}


def _discord(post: Post) -> dict[str, Any]:
    points = "\n".join(f"• {_escape(text)}" for text in _lines(post))
    # Nobody is called by what a title says.
    return {
        "embeds": [{"title": _title(post), "url": post.address, "description": points}],
        "allowed_mentions": {"parse": []},
    }


def _feishu(post: Post) -> dict[str, Any]:
    rows: list[list[dict[str, str]]] = [[{"tag": "text", "text": f"• {text}"}] for text in _lines(post)]
    rows.append([{"tag": "a", "text": post.address, "href": post.address}])
    language = "en_us" if post.language == "en" else "zh_cn"
    return {"msg_type": "post", "content": {"post": {language: {"title": _title(post), "content": rows}}}}


def _dingtalk(post: Post) -> dict[str, Any]:
    points = "\n".join(f"- {_escape(text)}" for text in _lines(post))
    text = f"### [{_escape(_title(post))}]({post.address})\n\n{points}"
    return {"msgtype": "markdown", "markdown": {"title": _title(post), "text": text}, "at": {"isAtAll": False}}


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|~#@])", r"\\\1", text)


SHAPES: dict[str, Callable[[Post], dict[str, Any]]] = {
    "slack": _slack,
    "discord": _discord,
    "feishu": _feishu,
    "dingtalk": _dingtalk,
}
"""The messages of the chats, by their names in the settings."""
