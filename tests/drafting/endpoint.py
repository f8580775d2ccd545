"""A stand-in for an OpenAI-compatible endpoint on loopback: each request gets the next of a list of behaviours."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Endpoint:
    """What it was asked, and where it stands."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def endpoint(behaviours: Sequence[Behaviour]) -> Iterator[Endpoint]:
    """The endpoint while the block runs; the last behaviour stays."""
    waiting = list(behaviours)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                made.asked.append(body)
                made.headers.append({name.lower(): value for name, value in self.headers.items()})
                behave = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            try:
                behave(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def says(content: Any, *, finish: str = "stop", usage: dict[str, int] | None = None, refusal: str = "") -> Behaviour:
    """Answers with *content*, a text or a value to be sent as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text, "refusal": refusal or None}
    whole = {
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": usage or {"prompt_tokens": 900, "completion_tokens": 200},
    }
    return lambda handler, _: _send(handler, 200, json.dumps(whole).encode())


def status(code: int, **headers: str) -> Behaviour:
    """Answers with an error."""
    return lambda handler, _: _send(handler, code, b'{"error": {"message": "no"}}', **headers)


def raw(body: bytes) -> Behaviour:
    """Answers 200 with bytes as they are."""
    return lambda handler, _: _send(handler, 200, body)


def half(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """Promises more than it sends, and hangs up."""
    handler.send_response(200)
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message": {"content": "{')
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """Never stops."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b'{"choices": ' + b" " * 65536)


def strict_about(form: str, then: Behaviour) -> Behaviour:
    """Answers 400 to a request for *form*, and does *then* for any other."""

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        asked = body.get("response_format", {}).get("type", "prompt")
        (status(400) if asked == form else then)(handler, body)

    return behave


def completion(content: Any, *, finish: str = "stop", **beside: Any) -> dict[str, Any]:
    """A whole chat completion as JSON; *beside* stands beside the content."""
    text = content if isinstance(content, str | list) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text, **beside}
    return {
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 200},
    }


def refuses(message: str, *, unless: Callable[[dict[str, Any]], bool], then: Behaviour) -> Behaviour:
    """Answers 400 with *message*, unless the request is as it should be."""

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        error = {"error": {"message": message, "type": "invalid_request_error"}}
        (then if unless(body) else lambda to, _: _send(to, 400, json.dumps(error).encode()))(handler, body)

    return behave


def now_and_then(rarely: Behaviour, mostly: Behaviour, every: int = 3) -> Behaviour:
    """Does *rarely* at the first of so many requests, *mostly* at the others."""
    count = iter(range(10**6))

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        (mostly if next(count) % every else rarely)(handler, body)

    return behave


def streams(content: Any, piece: int = 7) -> Behaviour:
    """Answers in server-sent events, whatever was asked for."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    deltas = [{"role": "assistant"}, *({"content": text[at : at + piece]} for at in range(0, len(text), piece))]
    events = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    events.append({"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 200}})
    lines = [": keep-alive", *(f"data: {json.dumps(event)}" for event in events), "data: [DONE]", ""]

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.wfile.write("\n\n".join(lines).encode())
        handler.close_connection = True

    return behave
