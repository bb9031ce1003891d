"""`Answer`, `Claim` and `Citation` cannot be built wrong; a citation is checked again against the library as it is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Library
from rag import Alternative, Answer, Citation, Claim, InvalidAnswerError, verbatim_citations
from tests.support.evidence import LEADER, library_of
from tests.support.shelves import cut, put

TEXT = "Orbán’s naïve 🙂 friend said so. Usman Ghazi leads the movement."
ARTICLE = Article(
    id="a1", text=TEXT, title="A title", published="2015-08-01", outlet="Gazette", url="https://n.example/1"
)
NUMBERS = st.lists(st.integers(-1, 5), max_size=4).map(tuple)


def cited(n: int, start: int = 32, end: int = 43) -> Citation:
    return Citation.cite(n, ARTICLE, "a1:1:0", start, end)


def answer(**fields: Any) -> Answer:
    values: dict[str, Any] = {
        "status": "answered",
        "answer": "Usman Ghazi",
        "guess": "Usman Ghazi",
        "text": "Usman Ghazi [1]",
    }
    return Answer(question=LEADER, standalone_question=LEADER, **{**values, **fields})


# -- citations


def test_a_quote_is_cut_out_of_the_text_with_all_that_names_its_article() -> None:
    citation = cited(1)
    assert citation.quote == "Usman Ghazi"
    assert (citation.title, citation.outlet, citation.published) == ("A title", "Gazette", "2015-08-01")
    assert (citation.article_id, citation.passage_id, citation.url) == ("a1", "a1:1:0", "https://n.example/1")


@given(start=st.integers(-80, 100), end=st.integers(-80, 100), n=st.integers(-2, 3))
def test_a_citation_is_verbatim_or_cannot_be_built(start: int, end: int, n: int) -> None:
    whole = n >= 1 and 0 <= start < end <= len(TEXT) and bool(TEXT[start:end].strip())
    if not whole:
        with pytest.raises(InvalidAnswerError, match="no quotation"):
            Citation.cite(n, ARTICLE, "a1:1:0", start, end)
    else:
        citation = Citation.cite(n, ARTICLE, "a1:1:0", start, end)
        assert citation.quote == TEXT[start:end]
        assert citation.is_verbatim(ARTICLE)


def test_a_quote_does_not_stand_in_a_changed_text_nor_in_another_article() -> None:
    citation = cited(1)
    assert not citation.is_verbatim(replace(ARTICLE, text=" " + TEXT))
    assert not citation.is_verbatim(replace(ARTICLE, text=TEXT[:40]))
    assert not citation.is_verbatim(replace(ARTICLE, id="a2"))
    assert not citation.is_verbatim(None)


# -- answers


@given(
    numbers=st.lists(st.integers(1, 4), max_size=4),
    claimed=NUMBERS,
    alternative=NUMBERS,
    status=st.sampled_from(["answered", "conflicting", "not_found"]),
    short=st.sampled_from([None, "Usman Ghazi"]),
    confidence=st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1),
)
def test_no_answer_points_to_what_it_does_not_have(
    numbers: list[int],
    claimed: tuple[int, ...],
    alternative: tuple[int, ...],
    status: Any,
    short: str | None,
    confidence: float,
) -> None:
    distinct = len(set(numbers)) == len(numbers)
    known = {*claimed, *alternative} <= set(numbers)
    right = distinct and known and not (status == "not_found" and short) and 0 <= confidence <= 1
    fields = {
        "status": status,
        "answer": short,
        "confidence": confidence,
        "citations": tuple(cited(n) for n in numbers),
        "claims": (Claim("He leads.", "partly", claimed),),
        "alternatives": (Alternative("Adil", "superseded", alternative),),
    }
    if right:
        assert answer(**fields).confidence == confidence
    else:
        with pytest.raises(InvalidAnswerError):
            answer(**fields)


def test_a_claim_without_a_citation_cannot_be_supported() -> None:
    with pytest.raises(InvalidAnswerError, match="without a citation"):
        Claim("He leads.", "supported", ())
    assert Claim("He leads.", "unsupported", ()).citations == ()


def test_an_answer_is_plain_json_with_the_documented_keys() -> None:
    full = answer(citations=(cited(1),), claims=(Claim("He leads.", "supported", (1,)),), timings={"total_ms": 1.5})
    plain = full.to_dict()
    assert json.loads(json.dumps(plain)) == json.loads(json.dumps(full.to_dict()))
    assert {
        *("question", "standalone_question", "status", "answer", "guess", "text", "as_of", "confidence", "claims"),
        *("citations", "alternatives", "passages", "nearest", "model", "timings"),
    } <= set(plain)
    assert set(plain["citations"][0]) == {
        *("n", "article_id", "passage_id", "title", "outlet", "url", "published", "start", "end", "quote"),
        "also_in",
    }
    assert plain["model"] == "builtin"
    assert plain["timings"] == {"total_ms": 1.5}


# -- checked again when shown


@pytest.fixture
def library(tmp_path: Path) -> Any:
    with library_of(tmp_path / "library", ARTICLE, Article(id="a2", text="Another text stands here.")) as opened:
        yield opened


def two_citations(library: Library) -> Answer:
    other = library.get("a2")
    return answer(citations=(cited(1), Citation.cite(2, other, "a2:1:0", 0, 7)))


def standing(library: Library, shown: Answer) -> list[int]:
    return [citation.n for citation in verbatim_citations(library, shown)]


def test_citations_stand_while_nothing_changes(library: Library) -> None:
    assert standing(library, two_citations(library)) == [1, 2]


def test_a_citation_falls_when_its_article_is_corrected(library: Library) -> None:
    shown = two_citations(library)
    put(library, replace(ARTICLE, text=re.sub("Usman Ghazi", "Abdul Ghazi", TEXT)))
    assert standing(library, shown) == [2]


def test_a_citation_stands_when_a_correction_leaves_its_place_alone(library: Library) -> None:
    shown = two_citations(library)
    put(library, replace(ARTICLE, text=TEXT + " A line was added."))
    assert standing(library, shown) == [1, 2]


def test_a_citation_falls_when_its_article_is_removed(library: Library) -> None:
    shown = two_citations(library)
    library.remove("a1")
    assert standing(library, shown) == [2]


def test_a_citation_stands_again_when_the_article_is_put_back(library: Library) -> None:
    shown = two_citations(library)
    library.remove("a1")
    library.put(ARTICLE, cut(ARTICLE, library.embedder))
    assert standing(library, shown) == [1, 2]
