"""Chat models that answer in words; the only door to LangChain's chat models.

`load_chat_model` takes langchain's names ("ollama:llama3.2", "openai:gpt-4.1"). Keys are read from the environment by
the providers' own packages; they are never given, shown or kept here. Langchain is imported when a model is loaded.
"""

from __future__ import annotations

import ipaddress
import re
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from rag.errors import ModelError
from rag.language_model.provider_errors import (
    describe_missing,
    describe_unknown,
    describe_unusable,
    explain_error,
    is_refusal,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


Message = tuple[Literal["system", "user"], str]

LONGEST_REPLY = 20_000
"""Characters that are read of a reply at most."""
QUIET_SECONDS = 60.0
"""How long a connection may be silent; it ends the calls that nobody waits for any more."""
OLLAMA_CONTEXT = 8192
"""Tokens that Ollama reads: by default it may read fewer than are sent, and say nothing."""
NO_KEY = "no-key"
"""Sent to servers that need no key, because the client insists on one."""


class ChatModel(Protocol):
    """What writes a reply to messages. `name` is how people know it."""

    @property
    def name(self) -> str: ...

    def reply(
        self,
        messages: Sequence[Message],
        *,
        seconds: float,
        schema: Mapping[str, Any] | None = None,
        on_piece: Callable[[str], None] | None = None,
    ) -> str:
        """The whole reply, within `seconds`. With a JSON schema, in that form where the model can be held to it.

        `on_piece` is given the pieces of the reply as they come. Raises `ModelError` when there is no whole reply.
        """
        ...


def load_chat_model(name: str, url: str | None = None, *, retries: int = 2) -> ChatModel:
    """A model by langchain's name for it, at `url` where that is given; nothing is sent yet.

    A request that is refused for now is sent again `retries` times at most. Raises `ModelError` when the name is not
    known, when the package for it is missing, or when it cannot be set up.
    """
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ModelError(f"the model's address {url!r} is not one: write it like http://127.0.0.1:8000/v1")
    if not re.fullmatch(r"[^\s:]+(?::\S+)?", name.strip()):
        raise ModelError(describe_unknown(name))
    return LangChainModel(name.strip(), url, retries)


class LangChainModel:
    """A LangChain chat model with a deadline; schema and temperature are dropped when it refuses them."""

    def __init__(self, name: str, url: str | None, retries: int) -> None:
        self.name = name
        self._url = url
        self._retries = retries
        self._formed = True
        self._tempered = True
        self._models: dict[bool, BaseChatModel] = {}
        self._model()

    def reply(
        self,
        messages: Sequence[Message],
        *,
        seconds: float,
        schema: Mapping[str, Any] | None = None,
        on_piece: Callable[[str], None] | None = None,
    ) -> str:
        """See `ChatModel.reply`."""
        told: SimpleQueue[str | Exception | None] = SimpleQueue()
        stopped = threading.Event()

        def work() -> None:
            try:
                for piece in self._pieces(messages, schema):
                    told.put(piece)
                    if stopped.is_set():
                        return
                told.put(None)
            except Exception as error:  # whatever a provider's package raises, the listener must hear of it
                told.put(error)

        # A thread, because no timeout of any provider bounds a whole reply. It is left alone when time is up, and ends
        # with the next piece, or with the connection's own timeout.
        threading.Thread(target=work, name="pressmark-model", daemon=True).start()
        try:
            return self._collect_reply(told, time.monotonic() + seconds, seconds, on_piece)
        finally:
            stopped.set()

    def _collect_reply(
        self,
        told: SimpleQueue[str | Exception | None],
        deadline: float,
        seconds: float,
        on_piece: Callable[[str], None] | None,
    ) -> str:
        reply = ""
        while True:
            try:
                event = told.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise ModelError(f"{self.name} did not finish within {seconds:g} seconds") from None
            if isinstance(event, Exception):
                raise explain_error(self.name, event, begun=bool(reply)) from event
            if event is None:
                if not reply.strip():
                    raise ModelError(f"{self.name} replied nothing")
                return reply
            reply += event
            if len(reply) > LONGEST_REPLY:
                raise ModelError(f"{self.name} wrote more than {LONGEST_REPLY:,} characters")
            if on_piece:
                on_piece(event)

    def _pieces(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> Iterator[str]:
        """The reply as it comes. A refusal before the first piece is met with fewer demands."""
        while True:
            begun = False
            formed, tempered = self._formed and schema is not None, self._tempered
            try:
                for piece in self._stream_reply(messages, schema if formed else None):
                    begun = begun or bool(piece)
                    yield piece
                return
            except Exception as error:
                if begun or not is_refusal(error) or not (formed or tempered):
                    raise
                if tempered and (not formed or "temperature" in str(error).lower()):
                    self._tempered = False
                else:
                    self._formed = False

    def _stream_reply(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> Iterator[str]:
        model = self._model()
        if schema is None:
            for chunk in model.stream(list(messages)):
                yield _text_of(chunk)
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # packages warn of their own serialising of forms
            for chunk in _hold_to_schema(model, schema).stream(list(messages)):
                yield _text_of(chunk)

    def _model(self) -> BaseChatModel:
        if self._tempered not in self._models:
            self._models[self._tempered] = self._make_model({"temperature": 0} if self._tempered else {})
        return self._models[self._tempered]

    def _make_model(self, options: dict[str, Any]) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        provider = self.name.partition(":")[0]
        options |= {"base_url": self._url} if self._url else {}
        try:
            options |= _transport(provider, self._url, self._retries)
            if client := options.get("http_client"):
                weakref.finalize(self, client.close)
            try:
                made: BaseChatModel = init_chat_model(self.name, **options)
            except Exception:
                if provider != "openai" or not self._url:
                    raise
                made = init_chat_model(self.name, **options, api_key=NO_KEY)
        except ImportError as error:
            raise ModelError(describe_missing(self.name, provider, error)) from error
        except Exception as error:  # each provider's package has its own errors for a name, a key, a setting
            raise ModelError(describe_unusable(self.name, error)) from error
        return made


def _hold_to_schema(model: BaseChatModel, schema: Mapping[str, Any]) -> Any:
    """The model held to a form, without langchain's parser behind it, which waits for the whole reply."""
    from langchain_core.runnables import RunnableSequence

    formed = model.with_structured_output(dict(schema))
    return formed.first if isinstance(formed, RunnableSequence) else model


def _text_of(chunk: Any) -> str:
    """The text of a piece of a reply; of a call of a form, what it is called with."""
    calls = getattr(chunk, "tool_call_chunks", None) or ()
    return str(chunk.text) + "".join(call.get("args") or "" for call in calls)


def _transport(provider: str, url: str | None, retries: int) -> dict[str, Any]:
    """How a provider is reached: bounded, and past every proxy when it runs on this machine."""
    local = is_loopback(url)
    if provider == "ollama":
        # Connections are not kept: the package never closes them.
        client: dict[str, Any] = {"timeout": QUIET_SECONDS, "headers": {"Connection": "close"}}
        return {"num_ctx": OLLAMA_CONTEXT, "client_kwargs": {**client, **({"trust_env": False} if local else {})}}
    if provider == "openai" and local:
        from openai import DefaultHttpxClient

        return {
            "timeout": QUIET_SECONDS,
            "max_retries": retries,
            "http_client": DefaultHttpxClient(trust_env=False, timeout=QUIET_SECONDS),
        }
    if provider in ("openai", "anthropic"):
        return {"timeout": QUIET_SECONDS, "max_retries": retries}
    return {}


def is_loopback(url: str | None) -> bool:
    """Whether an address is on this machine."""
    try:
        host = urlsplit(url or "").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
