"""A question of a form that more than one span answers → its answer; any other question is left to the ordinary flow.

request ─► courtesy ─► library fact ─► count ─► table ─► overview ─► several questions ─► list ─► None
"""

from __future__ import annotations

from collections.abc import Callable

from corpus import Library
from rag.answer import Answer
from rag.forms.counting import answer_count
from rag.forms.courtesies import answer_courtesy
from rag.forms.library_facts import answer_library_fact
from rag.forms.lists import answer_list
from rag.forms.overview import answer_overview
from rag.forms.request import Ask, FormRequest
from rag.forms.several import answer_several
from rag.forms.tables import answer_table
from rag.question.query import Query
from rag.request import AnswerRequest

FORMS: tuple[Callable[[FormRequest], Answer | None], ...] = (
    answer_courtesy,
    answer_library_fact,
    answer_count,
    answer_table,
    answer_overview,
    answer_several,
    answer_list,
)
"""In the order in which they are tried: each recognises its questions by their grammar, and is None for others."""


def answer_form(library: Library, request: AnswerRequest, query: Query, ask: Ask) -> Answer | None:
    """The answer of the first form that recognises the question; None when none does.

    `ask` answers any other question of the library: several in one message are asked one by one.
    """
    form_request = FormRequest(library, request, query, ask)
    return next((answer for form in FORMS if (answer := form(form_request)) is not None), None)
