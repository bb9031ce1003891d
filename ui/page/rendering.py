"""`Answer` → what a person sees: one turn of the conversation as HTML, and the same as Markdown to take away.

Pure functions. All text of articles, questions and models passes through `ui.page.markup`, which escapes it; the only
links are the web addresses of the cited articles and of their copies. A citation is shown only when the caller found it
verbatim (invariant 1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

from rag.answer import BUILTIN_MODEL, RELATION_WORDS, Alternative, Answer, AppliedFilter, Citation, NearArticle
from rag.question.filters import LABELS
from ui.page.also_in import also_html
from ui.page.markdown import prose, to_markdown
from ui.page.markup import byline, cite_button, escape, paragraphs, plain
from ui.wording import counted, spoken_date

__all__ = ["answer_html", "conversation_html", "error_html", "example_button", "to_markdown", "working_html"]

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
) -> str:
    """One question and its answer; `citations` are those that stand verbatim, `filters` says what was left out.

    `receipt` is the answer's receipt as JSON, to be downloaded; without one there is no button for it.
    """
    if answer.status == "not_found":
        body = _not_found(answer, searched, filters)
    elif not citations:
        body = _withheld(answer)
    else:
        body = _answered(answer, citations, today)
    return (
        f'<article class="pm-turn" data-status="{answer.status}" data-turn="{turn}" '
        f'data-evidence="{escape(_spans(citations))}" data-markdown="{escape(to_markdown(answer, citations))}"'
        f"{_receipt(receipt)}>"
        f"{_question(answer.question, answer.standalone_question)}{_chips(answer.filters)}{body}{_notes(answer.notes)}"
        f"{_actions(receipt=bool(receipt))}</article>"
    )


def working_html(question: str, stages: Sequence[str], *, slow: bool = False, draft: str = "") -> str:
    """A question that is being answered: the stages done, the one that runs, and what a language model has written."""
    *done, current = stages or ("Starting",)
    items = "".join(f'<li class="pm-stage-done">{escape(stage)}</li>' for stage in done)
    patience = (
        '<p class="pm-stage-slow">This takes longer than usual. The answer will appear here; nothing is lost.</p>'
        if slow
        else ""
    )
    return (
        f'<article class="pm-turn pm-turn-working" aria-busy="true">{_question(question, question)}'
        f'<ol class="pm-stages" role="status">{items}<li class="pm-stage-now">{escape(current)}'
        f'<span class="pm-dots" aria-hidden="true"></span></li></ol>{_draft(draft)}{patience}</article>'
    )


def _draft(draft: str) -> str:
    """What a language model has written so far, escaped and said to be unchecked; found lines bear their numbers."""
    lines = []
    for line in filter(None, draft.split("\n")):
        text, marks = _DRAFT_LINE.fullmatch(line).groups()  # type: ignore[union-attr]  # it matches every line
        found = f' <span class="pm-found">found in {escape(marks)}</span>' if marks else ""
        lines.append(f"<p>{plain(text)}{found}</p>")
    label = '<p class="pm-label">Draft, being checked against the articles</p>'
    return f'<div class="pm-draft" aria-live="off">{label}{"".join(lines)}</div>' if lines else ""


def error_html(question: str, message: str, *, again: bool = True) -> str:
    """A question that could not be answered, why, and what to do next."""
    retry = example_button(question, "Ask again", "pm-button") if again else ""
    return (
        f'<article class="pm-turn" data-status="error">{_question(question, question)}'
        f'<div class="pm-error" role="alert"><p class="pm-error-title">This question was not answered</p>'
        f"<p>{escape(message)}</p>{retry}</div></article>"
    )


def conversation_html(turns: Sequence[str], last: str = "") -> str:
    """The conversation so far; the region is read out as it grows."""
    return (
        '<section class="pm-conversation" role="log" aria-live="polite" aria-relevant="additions text" '
        f'aria-label="Conversation">{"".join(turns)}{last}</section>'
    )


def example_button(question: str, label: str, css: str) -> str:
    """A button that asks a question when it is pressed."""
    return f'<button type="button" class="{css}" data-ask="{escape(question)}">{plain(label)}</button>'


def _question(question: str, standalone: str) -> str:
    understood = ""
    if _differs(standalone, question):
        understood = f'<p class="pm-understood">Understood as: <q>{plain(standalone)}</q></p>'
    return f'<header class="pm-question"><h2>{plain(question)}</h2>{understood}</header>'


def _chips(filters: Sequence[AppliedFilter]) -> str:
    """What was read out of the question, each to be removed with one press."""
    items = "".join(
        f'<li><button type="button" class="pm-chip" data-effect="{one.effect}" data-ignore="{escape(one.words)}" '
        f'title="{_effect(one)}"><span>{LABELS[one.kind]}: {plain(one.value)}</span>'
        '<span aria-hidden="true">×</span><span class="pm-sr">, ask again without</span></button></li>'
        for one in filters
    )
    return f'<ul class="pm-chips" aria-label="Read from the question">{items}</ul>' if items else ""


def _effect(one: AppliedFilter) -> str:
    done = "articles near it come first" if one.effect == "prefers" else "other articles are left out"
    return f"From “{plain(one.words)}”: {done}. Press to ask again without it."


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<p>{plain(note)}</p>" for note in notes)
    return f'<div class="pm-note">{items}</div>' if items else ""


def _differs(standalone: str, question: str) -> bool:
    """Whether the standalone question says more than the question: not when only its case or its "?" changed."""
    bare, asked = (" ".join(text.casefold().split()).rstrip(" ?.!") for text in (standalone, question))
    return bool(bare) and bare != asked


def _answered(answer: Answer, citations: Sequence[Citation], today: date) -> str:
    known = [citation.n for citation in citations]
    accounts = _accounts(answer, citations) if answer.status == "conflicting" else ""
    earlier = [other for other in answer.alternatives if other.relation == "superseded" or not accounts]
    return (
        f'<div class="pm-answer">{accounts or _prose(answer, citations)}'
        f"{_alternatives(earlier, citations)}{_unsupported(answer, known)}</div>"
        f'<p class="pm-facts">{_facts(answer, citations)}</p>{_sources(citations, today)}'
    )


def _accounts(answer: Answer, citations: Sequence[Citation]) -> str:
    """Accounts that differ, side by side: what is said, in which words, by which outlet and when."""
    others = [other for other in answer.alternatives if other.relation == "conflicting"]
    elsewhere = {n for other in answer.alternatives for n in other.citations}
    first = [citation.n for citation in citations if citation.n not in elsewhere]
    shown = {citation.n: citation for citation in citations}
    cards = []
    for said, numbers in ((answer.answer, first), *((other.answer, other.citations) for other in others)):
        sources = [shown[n] for n in numbers if n in shown]
        if said and sources:
            marks = "".join(cite_button(source.n) for source in sources)
            cards.append(
                f'<li class="pm-account"><p class="pm-short">{plain(said)} {marks}</p>'
                f'<p class="pm-quote">“{plain(sources[0].quote)}”</p><p class="pm-byline">'
                f"{plain(sources[0].outlet) or 'Unknown outlet'}, {spoken_date(sources[0].published)}</p></li>"
            )
    if len(cards) < 2:
        return ""
    return f'<p class="pm-status">Accounts differ</p><ul class="pm-accounts">{"".join(cards)}</ul>'


def _prose(answer: Answer, citations: Sequence[Citation]) -> str:
    """The short answer with its marks, and what the text adds to it; or a line that leads on to the quotations."""
    said = prose(answer, citations)
    if said.headline is None and not said.paragraphs:
        return '<p class="pm-label">What the articles say</p>'
    marks = "".join(map(cite_button, said.marks))
    headline = f'<p class="pm-short">{plain(said.headline)} {marks}</p>' if said.headline else ""
    added = paragraphs("\n\n".join(said.paragraphs), [citation.n for citation in citations])
    return headline + (f'<div class="pm-text">{added}</div>' if added else "")


def _facts(answer: Answer, citations: Sequence[Citation]) -> str:
    """The line under the answer: as of …, n articles, every quotation verbatim."""
    articles = len({citation.article_id for citation in citations})
    withheld = len(answer.citations) - len(citations)
    verbatim = (
        f"{counted(withheld, 'quotation')} withheld: no longer in the library word for word"
        if withheld
        else "every quotation verbatim"
    )
    dated = f"As of {spoken_date(answer.as_of)}" if answer.as_of else "Undated evidence"
    by = () if answer.model == BUILTIN_MODEL else (f"worded by {plain(answer.model)}",)
    return ' <span aria-hidden="true">·</span> '.join((dated, counted(articles, "article"), verbatim, *by))


def _alternatives(alternatives: Sequence[Alternative], citations: Sequence[Citation]) -> str:
    """What was so before and what is told otherwise, each with its outlet and date."""
    shown = {citation.n: citation for citation in citations}
    items = []
    for alternative in alternatives:
        sources = [shown[n] for n in alternative.citations if n in shown]
        if sources:
            marks = "".join(cite_button(source.n) for source in sources)
            told = f"{plain(sources[0].outlet) or 'Unknown outlet'}, {spoken_date(sources[0].published)}"
            items.append(
                f'<div class="pm-{alternative.relation}"><dt>{RELATION_WORDS[alternative.relation]}</dt>'
                f"<dd>{plain(alternative.answer)} {marks} "
                f'<span class="pm-byline">{told}</span></dd></div>'
            )
    return f'<dl class="pm-alternatives">{"".join(items)}</dl>' if items else ""


def _unsupported(answer: Answer, known: Sequence[int]) -> str:
    """The claims that no shown quotation stands behind, said plainly."""
    claims = [c for c in answer.claims if c.support == "unsupported" or not set(c.citations) & set(known)]
    items = "".join(f"<li>{plain(claim.text)}</li>" for claim in claims)
    return f'<div class="pm-note"><p>Not backed by a quotation:</p><ul>{items}</ul></div>' if items else ""


def _sources(citations: Sequence[Citation], today: date) -> str:
    cards = [_source(citation, today) for citation in citations]
    shown, folded = cards[:SHOWN_SOURCES], cards[SHOWN_SOURCES:]
    more = ""
    if folded:
        summary = counted(len(folded), "more quotation")
        more = (
            f'<details class="pm-more"><summary>{summary}</summary>'
            f'<ol class="pm-sources" start="{SHOWN_SOURCES + 1}">{"".join(folded)}</ol></details>'
        )
    return f'<h3 class="pm-sr">Sources</h3><ol class="pm-sources">{"".join(shown)}</ol>{more}'


def _source(citation: Citation, today: date) -> str:
    """One source card: the number, the quotation, outlet, date, and title; it opens the article. Under it, where else
    that stands."""
    return (
        f'<li class="pm-source"><button type="button" class="pm-source-open" data-cite="{citation.n}">'
        f'<span class="pm-source-n" aria-hidden="true">{citation.n}</span><span class="pm-source-body">'
        f'<span class="pm-quote">“{plain(citation.quote)}”</span>'
        f'<span class="pm-byline">{byline(citation.outlet, citation.published, today)}</span>'
        f'<span class="pm-source-title">{plain(citation.title) or "Untitled"}</span></span></button>'
        f"{also_html(citation.also_in)}</li>"
    )


def _not_found(answer: Answer, searched: int, filters: str) -> str:
    """No bare "I do not know": what was searched, what came nearest, and what to try."""
    span = ""
    if answer.library_span:
        first, last = (spoken_date(edge) for edge in answer.library_span)
        span = f", published {first} to {last}"
    narrowed = f" Filters in use: {plain(filters)}." if filters else ""
    tips = [
        *(["Widen or clear the filters."] if filters else []),
        "Write names in full, as a newspaper would on first mention.",
        "Add articles on the subject in the Articles tab.",
    ]
    helpful = "".join(f"<li>{tip}</li>" for tip in tips)
    return (
        '<div class="pm-answer pm-not-found"><p class="pm-short">Not in these articles</p>'
        f'<p class="pm-searched">Searched {counted(searched, "article")}{span}.{narrowed}</p>'
        f"{_nearest(answer.nearest)}"
        f'<p class="pm-label">What may help</p><ul class="pm-tips">{helpful}</ul></div>'
    )


def _nearest(nearest: Sequence[NearArticle]) -> str:
    if not nearest:
        return ""
    items = "".join(
        f'<li><button type="button" class="pm-near" data-open-article="{escape(near.article_id)}">'
        f"<span>{plain(near.title) or 'Untitled'}</span>"
        f'<span class="pm-byline">{plain(near.outlet) or "Unknown outlet"} · {spoken_date(near.published)}</span>'
        "</button></li>"
        for near in nearest
    )
    return f'<p class="pm-label">The nearest articles</p><ul class="pm-nearest">{items}</ul>'


def _withheld(answer: Answer) -> str:
    """An answer none of whose quotations stands: it is not shown."""
    count = counted(len(answer.citations), "quotation")
    return (
        '<div class="pm-error" role="alert"><p class="pm-error-title">The answer is withheld</p>'
        f"<p>It rested on {count} no longer in the library word for word. Ask again to search the library as it is now."
        f"</p>{example_button(answer.question, 'Ask again', 'pm-button')}</div>"
    )


def _receipt(receipt: str) -> str:
    return f' data-receipt="{escape(receipt)}"' if receipt else ""


def _actions(*, receipt: bool) -> str:
    button = '<button type="button" class="pm-tool" data-take-receipt>Receipt</button>' if receipt else ""
    return (
        '<div class="pm-actions"><button type="button" class="pm-tool" data-copy>Copy as Markdown</button>'
        '<button type="button" class="pm-tool" data-download>Download</button>'
        f"{button}"
        '<span class="pm-copied" role="status"></span></div>'
    )


def _spans(citations: Sequence[Citation]) -> str:
    """What the page sends back to open an article: each citation's place and quotation."""
    keys = ("n", "article_id", "start", "end", "quote")
    return json.dumps([{key: getattr(citation, key) for key in keys} for citation in citations], ensure_ascii=False)
