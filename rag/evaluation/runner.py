"""Asks a library every scripted question and scores the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus import CorpusError
from rag.answer import BUILTIN_MODEL, Answer
from rag.errors import InvalidQuestionError
from rag.evaluation.metrics import Scores, answer_scores, evidence_scores, first_evidence
from rag.evaluation.questions import QuestionRecord
from rag.evaluation.ranking import ARTICLE_METRICS, RankingMeasures, article_scores
from rag.evaluation.summary import summarise

if TYPE_CHECKING:
    from corpus import Library


TOP_K = 20

Ask = Callable[..., Answer]
"""What answers a question, called as `rag.ask` is: that, or a fake."""


def evaluate(
    library: Library,
    questions: Sequence[QuestionRecord],
    *,
    retrieval_only: bool = False,
    progress: Callable[[int, int], None] | None = None,
    ask: Ask | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Ask every question, score what comes back, and sum it up: the documented evaluation result.

        questions ─► ask ─► evidence and answer scores ─► article scores ─► metrics and intervals

    A question that cannot be asked is recorded as failed, with its reason, and counts as wrong; the rest go on.
    `progress` is told how many of how many questions are done. `options` are handed on to `ask`. With `retrieval_only`
    nothing is read: the measures of answers are None.

    Raises `InvalidQuestionError` when there are no questions.
    """
    if not questions:
        raise InvalidQuestionError("there are no questions to evaluate")
    answerer = ask or _load_built_in()
    asked: list[tuple[QuestionRecord, Answer | None]] = []
    results: list[dict[str, Any]] = []
    for done, question in enumerate(questions, start=1):
        answer, reason = _ask_safely(answerer, library, question, {"retrieval_only": retrieval_only, **(options or {})})
        verbatim = _verbatim(library, answer) if answer and not retrieval_only else []
        asked.append((question, answer))
        results.append(_result(question, answer, reason, verbatim, retrieval_only))
        if progress:
            progress(done, len(questions))
    _add_article_scores(library, asked, results)
    return _evaluation(library, questions, asked, results)


def _load_built_in() -> Ask:
    import rag

    return rag.ask


def _evaluation(
    library: Library,
    questions: Sequence[QuestionRecord],
    asked: Sequence[tuple[QuestionRecord, Answer | None]],
    results: list[dict[str, Any]],
) -> dict[str, Any]:
    stats = library.stats()
    answerable = sum(question.answerable for question in questions)
    metrics, intervals = summarise(results)
    return {
        "library": {"articles": stats.articles, "passages": stats.passages, "fingerprint": stats.fingerprint},
        "model": next((answer.model for _, answer in asked if answer), BUILTIN_MODEL),
        "questions": len(questions),
        "answerable": answerable,
        "unanswerable": len(questions) - answerable,
        "failed": sum(result["status"] == "failed" for result in results),
        "metrics": metrics,
        "intervals": intervals,
        "results": results,
    }


def _ask_safely(
    ask: Ask, library: Library, question: QuestionRecord, options: Mapping[str, Any]
) -> tuple[Answer | None, str | None]:
    """The answer, or None and the reason why there is none."""
    try:
        return (
            ask(
                library,
                question.question,
                history=_turns(question),
                as_of=question.as_of,
                since=question.since,
                until=question.until,
                outlets=question.outlets,
                **{"top_k": TOP_K, **options},
            ),
            None,
        )
    except Exception as error:  # whatever it is, one question may not end the run
        return None, f"{type(error).__name__}: {error}"


def _turns(question: QuestionRecord) -> tuple[Any, ...]:
    if not question.history:
        return ()
    from rag import Turn

    return tuple(Turn(question=asked, answer=answered) for asked, answered in question.history)


def _verbatim(library: Library, answer: Answer) -> list[bool]:
    """Of each citation, whether it stands in its article as the library has it now (invariant 1)."""
    standing = []
    for citation in answer.citations:
        try:
            standing.append(citation.is_verbatim(library.get(citation.article_id)))
        except CorpusError:
            standing.append(False)
    return standing


def _result(
    question: QuestionRecord, answer: Answer | None, reason: str | None, verbatim: Sequence[bool], retrieval_only: bool
) -> dict[str, Any]:
    passages = answer.passages if answer else ()
    rank = first_evidence(question, [passage.text for passage in passages])
    scores: Scores = dict.fromkeys(ARTICLE_METRICS)
    scores |= evidence_scores(question, rank)
    read = answer_scores(question, answer, verbatim)
    scores |= dict.fromkeys(read) if retrieval_only else read
    return {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "answers": list(question.answers),
        "tags": list(question.tags),
        "status": answer.status if answer else "failed",
        "failed": reason,
        "answer": answer.answer if answer else None,
        "guess": answer.guess if answer else None,
        "text": answer.text if answer else "",
        "confidence": answer.confidence if answer else 0.0,
        "model": answer.model if answer else None,
        "scores": scores,
        "first_evidence": rank,
        "citations": _citations(answer, verbatim) if answer else [],
        "passages": [passage.passage_id for passage in passages],
        "timings": dict(answer.timings) if answer else {},
    }


def _citations(answer: Answer, verbatim: Sequence[bool]) -> list[dict[str, Any]]:
    keys = ("n", "article_id", "passage_id", "title", "outlet", "url", "published", "start", "end", "quote")
    return [
        {**{key: getattr(citation, key) for key in keys}, "verbatim": stands}
        for citation, stands in zip(answer.citations, verbatim, strict=False)
    ]


def _add_article_scores(
    library: Library, asked: Sequence[tuple[QuestionRecord, Answer | None]], results: Sequence[dict[str, Any]]
) -> None:
    """Score the ranked articles of every answerable question that names the articles which hold its answer."""
    measured = [at for at, (question, _) in enumerate(asked) if question.answerable and question.articles]
    scores = article_scores([_ranking(library, *asked[at]) for at in measured])
    for at, found in zip(measured, scores, strict=True):
        results[at]["scores"].update(found)


def _ranking(library: Library, question: QuestionRecord, answer: Answer | None) -> RankingMeasures:
    """Distinct articles in the order of their best passages; one named by its address counts under its id, and one
    whose copy was ranked in its place under that of the copy."""
    passages = answer.passages if answer else ()
    ranked = list(dict.fromkeys(passage.article_id for passage in passages))
    ids_of = {passage.url: passage.article_id for passage in reversed(passages) if passage.url}
    relevant = set()
    for named in question.articles:
        if named in ranked:
            relevant.add(named)
        elif named in ids_of:
            relevant.add(ids_of[named])
        else:
            article = library.find(named)
            relevant.add(_as_ranked(library, article.id, ranked) if article else named)
    return RankingMeasures(ranked, relevant)


def _as_ranked(library: Library, article_id: str, ranked: Sequence[str]) -> str:
    if article_id in ranked:
        return article_id
    return next((place.id for place in library.also_in(article_id) if place.id in ranked), None) or article_id
