"""`Answer` → what a person sees of it on the page: one turn of the conversation.

Pure functions. A citation is shown only when the caller found it verbatim (invariant 1); all text is escaped by the
templates, and the only links are the web addresses of the cited articles and of their copies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from rag.answer import RELATION_WORDS, Answer, Citation
from rag.question.filters import LABELS
from ui.answer_forms import count_bars, format_period, format_reports
from ui.answer_view import AnswerView, view_answer
from ui.citing import article_path, citation_markdown, citation_text, source_link
from ui.markdown import to_markdown
from ui.page.views.markup import markup, render
from ui.page.views.places import copies_values

SHOWN_SOURCES = 3
_DRAFT_LINE = re.compile(r"(.*?)\s*((?:\[\d{1,3}\])*)", re.S)


def answer_html(
    turn: int,
    answer: Answer,
    citations: Sequence[Citation],
    *,
    today: date,
    searched: int,
    filters: str = "",
    receipt: str = "",
    record: str = "",
) -> str:
    """One question and its answer; `citations` are those that stand verbatim, `filters` those set by hand, in words.

    `receipt` is the answer's receipt as JSON, to be downloaded; without one there is no button for it. `record` is what
    the browser keeps to show the turn again.
    """
    view = view_answer(answer, citations)
    return render(
        "answer.html",
        turn=turn,
        answer=answer,
        evidence=_spans(citations),
        markdown=to_markdown(answer, citations, filters=filters, asked=today),
        receipt=receipt,
        record=record,
        understood=view.understood,
        labels=LABELS,
        filters=filters,
        searched=searched,
        is_withheld=view.is_withheld,
        sources=view.sources,
        accounts=view.accounts,
        prose=view.prose,
        earlier=view.earlier,
        relation_words=RELATION_WORDS,
        unsupported=view.unsupported,
        facts=view.facts,
        cards=_cards(view),
        table=[
            {
                "value": row.value,
                "period": format_period(row),
                "reports": format_reports(row),
                "citations": row.citations,
            }
            for row in answer.table
        ],
        unit=count_bars(answer.counts)[0],
        bars=count_bars(answer.counts)[1],
        shown_sources=SHOWN_SOURCES,
        today=today,
    )


def working_html(question: str, stages: Sequence[str], *, slow: bool = False, draft: str = "") -> str:
    """A question that is being answered: the stages done, the one that runs, and what a language model has written."""
    *done, current = stages or ("Starting",)
    return render("working.html", asked=question, done=done, current=current, slow=slow, draft=_draft_lines(draft))


def error_html(question: str, message: str, *, again: bool = True) -> str:
    """A question that could not be answered, why, and what to do next."""
    title = "This question was not answered"
    return render("error.html", status="error", asked=question, title=title, message=message, again=again)


def stopped_html(question: str) -> str:
    """A question that was stopped before its answer came."""
    return render("error.html", status="stopped", asked=question, title="Stopped", message="", again=True)


def conversation_html(turns: Sequence[str], last: str = "") -> str:
    """The conversation so far; the region is read out as it grows."""
    return render("conversation.html", turns=[markup(turn) for turn in (*turns, last)])


def _draft_lines(draft: str) -> list[tuple[str, str]]:
    """The lines of a draft, each with the marks of the quotations that were found for it."""
    lines = (_DRAFT_LINE.fullmatch(line) for line in draft.split("\n") if line)
    return [(match[1], match[2]) for match in lines if match]


def _cards(view: AnswerView) -> list[dict[str, Any]]:
    """One card a source, with what can be copied of it; quoted unless its words stand above already."""
    return [
        {
            "citation": citation,
            "is_quoted": n not in view.quoted,
            "text": citation_text(citation),
            "markdown": citation_markdown(citation),
            "link": source_link(citation),
            "path": article_path(citation.article_id, citation.quote),
            **copies_values(citation.also_in),
        }
        for n, citation in view.sources.items()
    ]


def _spans(citations: Sequence[Citation]) -> str:
    """What the page sends back to open an article: each citation's place and quotation."""
    keys = ("n", "article_id", "start", "end", "quote")
    return json.dumps([{key: getattr(citation, key) for key in keys} for citation in citations], ensure_ascii=False)
