"""`LibraryRetriever`: the library as a langchain retriever; the only door to langchain."""

from __future__ import annotations

from datetime import date

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables.config import run_in_executor
from pydantic import Field

from corpus import Library
from rag.errors import InvalidQuestionError
from rag.question.query import Query, parse_query
from rag.retrieval.ranked import Ranked
from rag.retrieval.retrieve import retrieve


class LibraryRetriever(BaseRetriever):
    """The best passages of a library for a question, best first, as documents that name their place in the article.

    `k` is how many at most, and can be given to `invoke` as well; `as_of`, `since`, `until` and `outlets` bound what
    may answer, as in `rag.ask`; the question's own dates only move the order. The library stays open as long as the
    retriever is used; it is not closed by it.

    Raises `InvalidQuestionError` when the question, a filter or `k` cannot be used.
    """

    library: Library
    k: int = Field(default=10, ge=1)
    as_of: str | date | None = None
    since: str | date | None = None
    until: str | date | None = None
    outlets: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return self._documents(query, k)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        # The inherited one would not hand `k` on.
        return await run_in_executor(None, self._documents, query, k)

    def _documents(self, question: str, k: int | None) -> list[Document]:
        limit = self.k if k is None else k
        if limit < 1:
            raise InvalidQuestionError(f"k: {limit} documents cannot be found: ask for at least 1")
        query = self._query(question)
        return [_document(one) for one in retrieve(self.library, query, limit)]

    def _query(self, question: str, ignored: tuple[str, ...] = ()) -> Query:
        """The question with the dates that it speaks of as preferences: a list of documents could not tell of more."""
        query = parse_query(question, (), self.as_of, self.since, self.until, self.outlets, ignore_filters=ignored)
        filtered = tuple(one.words for one in query.filters if one.effect == "filters")
        return self._query(question, (*ignored, *filtered)) if filtered else query


def _document(ranked: Ranked) -> Document:
    """A passage with what a citation of it needs: `article.text[start:end]` is its content."""
    found, passage = ranked.found, ranked.found.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "article_id": passage.article_id,
            "passage_id": passage.id,
            "title": found.title,
            "outlet": found.outlet,
            "url": found.url,
            "published": found.published,
            "start": passage.start,
            "end": passage.end,
            "score": ranked.score,
            "revision": passage.revision,
        },
    )
