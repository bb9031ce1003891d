"""Turns as the browser keeps them: written as JSON, and read back strictly, because a browser may send anything.

A record holds the answer without its passages. When a conversation is opened again, its quotations are compared with
the library once more, so a kept turn never shows words that do not stand there any more.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from rag import Answer
from ui.page.actions.filters import Filters

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LONGEST_RECORD = 200_000
"""Characters of a record; the longest answers take some 20,000."""


class UnreadableRecordError(ValueError):
    """What the browser kept is not an answer that this version can show."""


def write_record(answer: Answer, filters: Filters) -> str:
    """An answer and the filters that it was asked with, as JSON."""
    record = {"answer": replace(answer, passages=()).to_dict(), "filters": asdict(filters)}
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def read_record(text: Any) -> tuple[Answer, Filters]:
    """The answer and the filters of a record; raises `UnreadableRecordError`."""
    from pydantic import ValidationError

    from rag import RagError

    if not isinstance(text, str) or len(text) > LONGEST_RECORD:
        raise UnreadableRecordError("a record is a JSON text")
    try:
        record = json.loads(text)
        answer = _adapter(Answer).validate_python(record["answer"])
        return answer, _adapter(Filters).validate_python(record["filters"])
    except (ValidationError, RagError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableRecordError("the record is not an answer that can be shown") from error


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
