"""One request to a chat endpoint over HTTP: bounded in bytes and, as a whole, in time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from weekly.drafting.llm.failures import NoAnswer, TryAgain
from weekly.settings import LlmSettings, secret

LARGEST = 8 * 1024 * 1024
"""Bytes of an answer, beyond which it is no answer; a stream spends some two hundred on each token."""
SILENCES = 3
"""An answer must be whole after so many times the seconds that the endpoint may be silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer as it came over the wire; the names of its headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ChatEndpoint:
    """`POST …/chat/completions` of one base address.

    An address with an `api-version` is Azure's, which wants its key as `api-key`
    (https://learn.microsoft.com/azure/ai-services/openai/reference).
    """

    def __init__(self, llm: LlmSettings, user_agent: str, transport: httpx.BaseTransport | None = None) -> None:
        parts = urlsplit(llm.base_url)
        self.url = parts._replace(path=f"{parts.path.rstrip('/')}/chat/completions").geturl()
        self._timeout = llm.timeout
        headers = {"user-agent": user_agent, "content-type": "application/json"}
        self._key = secret("WEEKLY_LLM_API_KEY")
        if self._key:
            azure = "api-version=" in parts.query
            headers |= {"api-key": self._key} if azure else {"authorization": f"Bearer {self._key}"}
        self._client = httpx.Client(
            transport=transport, timeout=self._timeout, headers=headers, follow_redirects=False, trust_env=True
        )

    def post(self, request: bytes) -> HttpAnswer:
        """The answer to one request; raises TryAgain for what may pass, NoAnswer for what is too much."""
        deadline = time.monotonic() + SILENCES * self._timeout
        parts: list[bytes] = []
        size = 0
        try:
            with self._client.stream("POST", self.url, content=request) as response:
                for part in response.iter_bytes():
                    size += len(part)
                    if size > LARGEST:
                        raise NoAnswer(f"{self.url}: an answer of more than {LARGEST:,} bytes, not taken")
                    if time.monotonic() > deadline:
                        seconds = SILENCES * self._timeout
                        raise NoAnswer(f"{self.url}: still answering after {seconds:g} s, not waited for")
                    parts.append(part)
        except httpx.TimeoutException as error:
            raise TryAgain(f"{self.url}: no answer within {self._timeout:g} s: see [llm] timeout") from error
        except httpx.TransportError as error:
            raise TryAgain(f"{self.url}: cannot be reached: {str(error) or type(error).__name__}") from error
        except httpx.DecodingError as error:
            raise TryAgain(f"{self.url}: the answer is broken: {error}") from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = b"".join(parts)
        if self._key:  # an error may repeat it, and errors are shown
            body = body.replace(self._key.encode(), b"***")
        return HttpAnswer(status=response.status_code, headers=headers, body=body)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
