"""The handlers of the conversation: ask, ask again without a filter, stop, begin anew, and open a kept conversation.

There is no `from __future__ import annotations` here: gradio reads the annotations of its handlers.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.page.actions.asking import KEPT_TURNS, Exchange, find_turn, finish_exchange, stream_exchange
from ui.page.actions.filters import Filters
from ui.page.actions.opening import open_article
from ui.page.actions.records import UnreadableRecordError, read_record
from ui.page.models import Models
from ui.page.views.answers import conversation_html, error_html, stopped_html
from ui.page.views.evidence import empty_evidence

if TYPE_CHECKING:
    from corpus import Library
    from rag import ChatModel

UNREADABLE = "This turn was kept by another version and cannot be shown. Ask its question again."
Shown = tuple[Any, ...]


class Conversing:
    """What happens in conversations with a library; each handler returns conversation, evidence and history."""

    def __init__(self, library: "Library", models: Models) -> None:
        self._library = library
        self._models = models
        self._lock = threading.Lock()
        self._being_answered = 0

    def ask(
        self,
        question: str,
        history: Sequence[Exchange],
        as_of: str,
        since: str,
        until: str,
        outlets: Sequence[str],
        model: str,
    ) -> Iterator[Shown]:
        """Answer a question: the conversation as it grows, then the evidence of the first citation."""
        filters = Filters.read(as_of, since, until, outlets)
        kept = tuple(history)[-KEPT_TURNS + 1 :]
        yield from self._stream_turn(question.strip(), kept, kept, filters, self._models.load(model))

    def ask_again(
        self,
        event: gr.EventData,
        history: Sequence[Exchange],
        as_of: str,
        since: str,
        until: str,
        outlets: Sequence[str],
        model: str,
    ) -> Iterator[Shown]:
        """Answer the question of an earlier turn once more, without one of the filters read from it."""
        found = find_turn(tuple(history), event._data if isinstance(event._data, dict) else {})
        if found is None:
            yield (gr.skip(),) * 3
            return
        question, before, ignored = found
        filters = replace(Filters.read(as_of, since, until, outlets), ignored=ignored)
        kept = tuple(history)[-KEPT_TURNS + 1 :]
        yield from self._stream_turn(question, before, kept, filters, self._models.load(model))

    def stop(self, event: gr.EventData, history: Sequence[Exchange]) -> Shown:
        """Show that a question was stopped; it may be asked again, and is no part of what the next one refers to."""
        question = str((event._data if isinstance(event._data, dict) else {}).get("question", ""))[:2000]
        turns = [exchange.html for exchange in history]
        return conversation_html(turns, stopped_html(question) if question else ""), gr.skip(), gr.skip()

    def clear(self) -> Shown:
        """Begin a new conversation."""
        return conversation_html([]), empty_evidence(), ()

    def restore(self, event: gr.EventData) -> Shown:
        """Show a conversation that the browser kept, its quotations compared with the library once more."""
        records = (event._data if isinstance(event._data, dict) else {}).get("records")
        records = records[-KEPT_TURNS:] if isinstance(records, list) else []
        history = tuple(self._restore_turn(record, number) for number, record in enumerate(records, 1))
        return conversation_html([exchange.html for exchange in history]), empty_evidence(), history

    def make_counter(self) -> Callable[[Any], int]:
        """The function that tells the page's script how many questions are being answered just now."""

        def count_others(_request: Any) -> int:
            return self._being_answered

        return count_others

    def _restore_turn(self, record: Any, number: int) -> Exchange:
        try:
            answer, filters = read_record(record)
        except UnreadableRecordError:
            return Exchange(error_html("", UNREADABLE, again=False), None, number=number)
        return finish_exchange(self._library, answer, number, filters)

    def _stream_turn(
        self,
        question: str,
        before: Sequence[Exchange],
        kept: Sequence[Exchange],
        filters: Filters,
        model: "ChatModel | None",
    ) -> Iterator[Shown]:
        """A conversation and one more turn, which refers to what came `before`."""
        turns = [exchange.html for exchange in kept]
        number = kept[-1].number + 1 if kept else 1
        with self._counting():
            for event in stream_exchange(self._library, question, before, filters, number, model):
                if isinstance(event, str):
                    yield conversation_html(turns, event), gr.skip(), gr.skip()
                    continue
                panel = (
                    open_article(self._library, event.evidence, date.today()) if event.evidence else empty_evidence()
                )
                yield conversation_html([*turns, event.html]), panel, (*kept, event)

    @contextmanager
    def _counting(self) -> Iterator[None]:
        with self._lock:
            self._being_answered += 1
        try:
            yield
        finally:
            with self._lock:
                self._being_answered -= 1
