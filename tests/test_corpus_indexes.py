"""The contract of a dense index, which exact search and Chroma both keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.index.chroma import ChromaIndex, IndexBrokenError, VectorIndex
from corpus.index.exact import ExactIndex, nearest
from corpus.store.articles import Store
from tests.support.shelves import unit_vectors


@pytest.fixture(params=["exact", "chroma"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "chroma":
        chroma = ChromaIndex(tmp_path / "1")
        yield chroma
        chroma.close()
    else:
        store = Store(tmp_path / "store.db")
        yield ExactIndex(store.vectors)
        store.close()


def days(count: int) -> list[int | None]:
    return [None if at % 3 == 0 else 735_000 + at for at in range(count)]


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(unit_vectors(1)[0], 10) == []
    assert index.numbers() == set()


def test_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    vectors = unit_vectors(50)
    index.add(range(1, 51), vectors, days(50))
    wanted = unit_vectors(1, seed=9)[0]
    expected = np.argsort(-(vectors @ wanted), kind="stable")[:7]
    found = index.search(wanted, 7)
    assert [number for number, _ in found] == [int(at) + 1 for at in expected]
    assert [score for _, score in found] == pytest.approx([float(vectors[at] @ wanted) for at in expected], abs=1e-5)


def test_limit_beyond_the_content_gives_all(index: VectorIndex) -> None:
    index.add([4, 9], unit_vectors(2), days(2))
    assert {number for number, _ in index.search(unit_vectors(1)[0], 100)} == {4, 9}


def test_a_known_number_is_replaced(index: VectorIndex) -> None:
    first, second = unit_vectors(2)
    index.add([7], first[None], [None])
    index.add([7], second[None], [None])
    assert index.numbers() == {7}
    assert index.search(second, 1)[0][1] == pytest.approx(1.0, abs=1e-5)


def test_deleted_passages_are_not_found_and_unknown_ones_ignored(index: VectorIndex) -> None:
    vectors = unit_vectors(20)
    index.add(range(20), vectors, days(20))
    index.delete([3, 4, 999])
    assert index.numbers() == set(range(20)) - {3, 4}
    assert 3 not in [number for number, _ in index.search(vectors[3], 20)]


def test_adding_and_deleting_nothing_changes_nothing(index: VectorIndex) -> None:
    index.add([], np.zeros((0, 32), np.float32), [])
    index.delete([])
    assert index.numbers() == set()


def test_more_than_one_batch_goes_in(index: VectorIndex) -> None:
    vectors = unit_vectors(4100, dimension=8)
    index.add(range(4100), vectors, days(4100))
    assert len(index.numbers()) == 4100
    index.delete(range(2050))
    assert index.numbers() == set(range(2050, 4100))
    found = index.search(vectors[4000], 50)
    assert found[0][0] == 4000


def test_chroma_keeps_its_content_when_closed(tmp_path: Path) -> None:
    vectors = unit_vectors(1500)
    first = ChromaIndex(tmp_path / "1")
    first.add(range(1500), vectors, days(1500))
    first.close()
    again = ChromaIndex(tmp_path / "1")
    pages = list(again.pages(size=400))
    again.close()
    assert [len(page[0]) for page in pages] == [400, 400, 400, 300]
    held = {number: vector for numbers, matrix in pages for number, vector in zip(numbers, matrix, strict=True)}
    assert sorted(held) == list(range(1500))
    assert all(np.allclose(held[number], vectors[number], atol=1e-5) for number in held)


def test_chroma_with_another_distance_is_refused(tmp_path: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(tmp_path / "1"), chromadb.Settings(anonymized_telemetry=False))
    client.create_collection("passages", embedding_function=None)
    client.close()
    with pytest.raises(IndexBrokenError, match="l2, not cosine"):
        ChromaIndex(tmp_path / "1")


def test_chroma_errors_and_panics_become_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As a Rust panic arrives."""

    index = ChromaIndex(tmp_path / "1")

    def panic(*_: object, **__: object) -> None:
        raise PanicException("torn page")

    with monkeypatch.context() as patch:
        patch.setattr(index._collection, "upsert", panic)
        with pytest.raises(IndexBrokenError, match="PanicException: torn page"):
            index.add([1], unit_vectors(1), [None])
    index.close()


def test_equal_vectors_come_in_the_order_of_their_numbers() -> None:
    vectors = np.repeat(unit_vectors(1), 300, axis=0)
    numbers = np.random.default_rng(1).permutation(300).astype(np.int64)
    assert [number for number, _ in nearest(numbers, vectors, vectors[0], 20)] == list(range(20))


def test_a_score_does_not_depend_on_what_is_compared_beside() -> None:
    vectors, wanted = unit_vectors(500, dimension=384), unit_vectors(1, dimension=384, seed=5)[0]
    everything = dict(nearest(np.arange(500), vectors, wanted, 500))
    for part in ([17], range(3, 40), range(100, 333)):
        numbers = np.array(list(part))
        assert all(everything[number] == score for number, score in nearest(numbers, vectors[numbers], wanted, 500))
