"""Lists: several distinct values that answer one question, each with the sentence that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus import sentence_spans
from rag.answer import MAX_ANSWER_WORDS, Answer, ListItem
from rag.answering.compose import shown_passage
from rag.answering.confidence import confidence_of
from rag.answering.reconcile import reconcile
from rag.english.words import normalised
from rag.forms.answers import form_answer
from rag.forms.enumerations import values_listed
from rag.forms.list_questions import ListQuestion, list_question
from rag.forms.quotations import Quotations, counted, marks
from rag.forms.request import FormRequest
from rag.question.kind import fitness
from rag.question.query import Query
from rag.reading.agreement import Candidate, Evidence
from rag.reading.read import read, reranked
from rag.retrieval.retrieve import find_passages

PASSAGES = 20
ALSO = 0.3
"""Share of the best candidate's weight from which another one is a value too."""
ALSO_BESIDE = 0.05
"""The same for one that stands in a sentence which holds a value already."""
FIT = 0.6
MOST = 12


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a list, and where it was read."""

    text: str
    evidence: Evidence


def answer_list(request: FormRequest) -> Answer | None:
    """The answer to a question that asks for several values, None for any other and where fewer than two are told."""
    asked = list_question(request.query.text)
    if asked is None:
        return None
    query = replace(request.query, text=asked.text)
    settings = request.settings
    query, ranked = find_passages(request.library, query, PASSAGES, settings.retrieval)
    if not ranked:
        return None
    candidates = read(request.reader, query, ranked, settings.reading)
    finding = reconcile(query, candidates, settings.reconcile)
    confidence = confidence_of(query.understanding, candidates, finding, settings.confidence)
    if confidence < settings.confidence.threshold:
        return None
    values = _values(asked, query, candidates)
    articles = len({passage.found.passage.article_id for passage in ranked[: settings.reading.passages]})
    if len(values) < 2:
        return None
    passages = tuple(map(shown_passage, reranked(ranked, candidates, settings.reading)))
    return replace(_told(request, asked, values, confidence, articles), passages=passages)


def _values(asked: ListQuestion, query: Query, candidates: Sequence[Candidate]) -> list[Value]:
    """The values that the likeliest candidates give: the whole lists in which they stand, and those beside them."""
    values: list[Value] = []
    if not candidates:
        return values
    top, kind = candidates[0].weight, query.understanding.kind
    for candidate in candidates:
        evidence = candidate.evidence[0]
        beside = any(_same_sentence(evidence, value.evidence) for value in values)
        if candidate.weight < top * (ALSO_BESIDE if beside else ALSO):
            continue
        listed = _listed(evidence) or [candidate.text]
        if asked.number and len(values) >= asked.number:
            break
        values += [Value(text, evidence) for text in listed if _is_new(text, values) and fitness(text, kind) >= FIT]
    return values[: max(asked.number, MOST)]


def _listed(evidence: Evidence) -> list[str]:
    """The values listed in the sentence of a span, where it stands."""
    passage = evidence.ranked.found.passage
    for start, end in sentence_spans(passage.text):
        if start <= evidence.start < end:
            return values_listed(passage.text[start:end], evidence.start - start, evidence.end - start)
    return []


def _same_sentence(first: Evidence, second: Evidence) -> bool:
    return first.article_id == second.article_id and first.sentence == second.sentence


def _is_new(text: str, values: Sequence[Value]) -> bool:
    """Whether a value says what no other one says."""
    words = set(normalised(text).split())
    others = [set(normalised(value.text).split()) for value in values]
    return bool(words) and not any(words <= other or other <= words for other in others)


def _told(
    request: FormRequest, asked: ListQuestion, values: Sequence[Value], confidence: float, articles: int
) -> Answer:
    quotations = Quotations(request.library)
    items = tuple(ListItem(value.text, (_cite(request, quotations, value),)) for value in values)
    lines = "\n".join(f"- {item.value} {marks(item.citations)}" for item in items)
    read_of = f"{counted(articles, 'article')} read"
    note = f"{read_of[:1].upper()}{read_of[1:]}; the list may not be complete."
    if asked.number and len(items) < asked.number:
        note = f"{note[:-1]}: {asked.number} were asked for."
    quotes = "\n\n".join(quotations.line(citation.n) for citation in quotations.citations)
    short = _joined([item.value for item in items])
    text = f"{lines}\n\n{note}\n\n{quotes}"
    return form_answer(request, "list", text, short, quotations, round(confidence, 4), items=items, notes=(note,))


def _joined(values: Sequence[str]) -> str:
    """The values in one line; as many of them as a short answer holds."""
    told: list[str] = []
    for value in values:
        if len(" ".join([*told, value]).split()) + 1 > MAX_ANSWER_WORDS:
            break
        told.append(value)
    told = told or [values[0]]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 and len(told) == len(values) else ", ".join(told)


def _cite(request: FormRequest, quotations: Quotations, value: Value) -> int:
    """The number of the quotation of the sentence in which a value stands."""
    passage = value.evidence.ranked.found.passage
    article = request.library.get(passage.article_id)
    for start, end in sentence_spans(passage.text):
        if start <= value.evidence.start < end:
            return quotations.cite(article, passage.start + start, passage.start + end)
    return quotations.cite(article, passage.start + value.evidence.start, passage.start + value.evidence.end)
