"""The library as a langchain retriever: langchain's own suite for retrievers, and what ours promises beyond it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from corpus import Library
from rag import InvalidQuestionError, LibraryRetriever

QUESTION = "Who leads the Islamic Movement of Uzbekistan?"


class TestLibraryRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _with_the_sample_library(self, sample_library: Library) -> None:
        self.library = sample_library

    @property
    def retriever_constructor(self) -> type[LibraryRetriever]:
        return LibraryRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


@pytest.fixture(scope="module")
def retriever(sample_library: Library) -> LibraryRetriever:
    return LibraryRetriever(library=sample_library)


@pytest.fixture(scope="module")
def documents(retriever: LibraryRetriever) -> list[Document]:
    return retriever.invoke(QUESTION)


def test_a_document_names_its_place_in_the_article(
    retriever: LibraryRetriever, documents: list[Document], sample_library: Library
) -> None:
    assert len(documents) == retriever.k == 10
    for document in documents:
        article = sample_library.get(document.metadata["article_id"])
        assert document.page_content == article.text[document.metadata["start"] : document.metadata["end"]]


def test_a_document_carries_what_a_citation_needs(documents: list[Document], sample_library: Library) -> None:
    for document in documents:
        record = sample_library.record(document.metadata["article_id"])
        expected = {
            "title": record.title,
            "outlet": record.outlet,
            "url": record.url,
            "published": record.published,
            "revision": record.revision,
        }
        assert {key: document.metadata[key] for key in expected} == expected
        assert document.metadata["passage_id"] == document.id
        assert json.loads(json.dumps(document.metadata)) == document.metadata


def test_documents_come_best_first(documents: list[Document]) -> None:
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_no_document_is_newer_than_asked(sample_library: Library) -> None:
    documents = LibraryRetriever(library=sample_library, as_of="2012-12-31").invoke(QUESTION)
    assert documents
    assert all(document.metadata["published"] <= "2012-12-31" for document in documents)


def test_documents_lie_between_the_dates_asked_for(sample_library: Library) -> None:
    bounded = LibraryRetriever(library=sample_library, since="2014-01-01", until="2014-12-31")
    days = {document.metadata["published"] for document in bounded.invoke(QUESTION)}
    assert days
    assert {day[:4] for day in days} == {"2014"}


def test_documents_are_of_the_outlets_asked_for(sample_library: Library) -> None:
    bounded = LibraryRetriever(library=sample_library, outlets=("Caspian Dispatch",))
    assert {document.metadata["outlet"] for document in bounded.invoke(QUESTION)} == {"Caspian Dispatch"}


async def test_k_is_heeded_without_waiting(retriever: LibraryRetriever) -> None:
    assert await retriever.ainvoke(QUESTION, k=2) == retriever.invoke(QUESTION, k=2)
    assert len(await retriever.ainvoke(QUESTION, k=2)) == 2


def test_the_retriever_stands_in_a_chain(retriever: LibraryRetriever) -> None:
    chain = retriever | RunnableLambda(lambda documents: documents[0].metadata["article_id"])
    assert chain.invoke(QUESTION) == retriever.invoke(QUESTION)[0].metadata["article_id"]


@pytest.mark.parametrize("bad", [{"k": 0}, {"k": -3}])
def test_a_retriever_of_no_documents_is_refused(bad: dict[str, int], sample_library: Library) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        LibraryRetriever(library=sample_library, **bad)


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_no_documents_says_what_to_ask(retriever: LibraryRetriever, k: int) -> None:
    with pytest.raises(InvalidQuestionError, match="at least 1"):
        retriever.invoke(QUESTION, k=k)


def test_a_date_that_is_none_is_named(sample_library: Library) -> None:
    with pytest.raises(InvalidQuestionError, match="as of: 'soon' is not a date"):
        LibraryRetriever(library=sample_library, as_of="soon").invoke(QUESTION)


def test_an_empty_question_is_refused(retriever: LibraryRetriever) -> None:
    with pytest.raises(InvalidQuestionError, match="empty"):
        retriever.invoke("  ")
