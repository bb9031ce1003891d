"""The dense index is derived: whatever happens to its files, the library answers, and mends it."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Library
from corpus.index.chroma import ChromaIndex, IndexBrokenError
from corpus.index.dense import DenseIndex
from corpus.store.articles import Store
from tests.support.shelves import articles_found, assert_whole, dense, open_fake, put, some_article

QUESTIONS = ("storm over the harbour", "budget of the museum", "glacier and dam")
ARTICLES = 150


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library with enough passages that Chroma has written its vector files."""
    folder = tmp_path_factory.mktemp("filled") / "library"
    with open_fake(folder) as library:
        put(library, *(some_article(number, sentences=16) for number in range(ARTICLES)))
        assert library.stats().passages > 1000
    assert list(folder.rglob("data_level0.bin")), "Chroma wrote no vector files"
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "library"))


def answers(library: Library) -> list[list[tuple[int, float]]]:
    return [dense(library, question, 20) for question in QUESTIONS]


@pytest.fixture(scope="module")
def expected(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[int, float]]]:
    copy = Path(shutil.copytree(filled, tmp_path_factory.mktemp("expected") / "library"))
    shutil.rmtree(copy / "index")
    with open_fake(copy) as library:
        return answers(library)


def generation(folder: Path) -> int:
    numbers = [int(path.name) for path in (folder / "index").iterdir()]
    assert len(numbers) == 1, f"generations {numbers} are there"
    return numbers[0]


def as_if_stopped(folder: Path) -> None:
    """Let the store say of the index what it says while somebody has it open."""
    store = Store(folder / "store.db")
    store.set_meta(index_files="")
    store.close()


def is_chroma(library: Library) -> bool:
    return isinstance(library._index._current, ChromaIndex)


# -- damage ------------------------------------------------------------------------------------------------------------


def missing(index: Path) -> None:
    shutil.rmtree(index)


def emptied(index: Path) -> None:
    for generation_folder in index.iterdir():
        shutil.rmtree(generation_folder)
        generation_folder.mkdir()


def no_vector_files(index: Path) -> None:
    for path in index.rglob("*.bin"):
        path.unlink()


def in_file(name: str, damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def do(index: Path) -> None:
        for path in index.rglob(name):
            damage(path)

    do.__name__ = f"{name}-{damage.__name__}"
    return do


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def made_empty(path: Path) -> None:
    os.truncate(path, 0)


def overwritten(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))  # noqa: S311


def overwritten_in_part(path: Path) -> None:
    with path.open("r+b") as file:
        for at in range(0, path.stat().st_size, 3000):
            file.seek(at)
            file.write(b"\xff" * 64)


DAMAGES = [missing, emptied, no_vector_files] + [
    in_file(name, damage)
    for name in ("link_lists.bin", "header.bin", "data_level0.bin", "index_metadata.pickle", "chroma.sqlite3")
    for damage in (cut_in_half, overwritten)
]
DAMAGES += [in_file("chroma.sqlite3", made_empty), in_file("data_level0.bin", overwritten_in_part)]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_index_is_built_again_while_exact_search_answers(
    folder: Path, expected: list[list[tuple[int, float]]], damage: Callable[[Path], None]
) -> None:
    damage(folder / "index")
    with open_fake(folder) as library:
        assert answers(library) == expected
        assert library.wait_for_index(60)
        assert is_chroma(library)
        assert library.index_state() == "ready"
        assert answers(library) == expected
        assert len(library._index._current.numbers()) == library.stats().passages
    generation(folder)


@pytest.mark.parametrize(
    "damage", [missing, in_file("link_lists.bin", overwritten)], ids=lambda damage: damage.__name__
)
def test_check_mends_a_damaged_index_by_itself(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "index")
    with open_fake(folder) as library:
        assert library.check() == []
        assert is_chroma(library)


def test_a_broken_index_becomes_a_new_generation(folder: Path) -> None:
    before = generation(folder)
    overwritten(next(folder.rglob("data_level0.bin")))
    with open_fake(folder) as library:
        library.wait_for_index()
    assert generation(folder) == before + 1


def test_surplus_and_missing_passages_are_put_right_without_building_again(
    folder: Path, expected: list[list[tuple[int, float]]]
) -> None:
    before = generation(folder)
    index = ChromaIndex(folder / "index" / str(before))
    numbers = sorted(index.numbers())
    vector = next(index.pages())[1][:1]
    index.delete(numbers[:30])
    index.add([10_000_000], vector, [None])
    index.add([numbers[40]], -vector, [None])
    index.close()
    as_if_stopped(folder)
    with open_fake(folder) as library:
        assert answers(library) == expected
        assert library.wait_for_index(60)
        assert library._index._current.numbers() == set(numbers)
        assert answers(library) == expected
        assert library.check() == []
    assert generation(folder) == before


def test_files_that_changed_since_they_were_left_are_not_even_read(
    folder: Path, expected: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.index.generations.verify", lambda *_: pytest.fail("they were looked at"))
    before = generation(folder)
    index = ChromaIndex(folder / "index" / str(before))
    index.delete(sorted(index.numbers())[:1])
    index.close()
    with open_fake(folder) as library:
        assert library.wait_for_index(60)
        assert answers(library) == expected
    assert generation(folder) == before + 1


def test_an_index_left_cleanly_is_opened_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.index.generations.verify", lambda *_: pytest.fail("it was looked at again"))
    before = generation(folder)
    for _ in range(2):
        with open_fake(folder) as library:
            assert library.wait_for_index()
            assert library.index_state() == "ready"
    assert generation(folder) == before


# -- when Chroma is loaded ---------------------------------------------------------------------------------------------


def test_one_question_is_answered_without_loading_chroma(
    folder: Path, expected: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("corpus.index.dense.load_chroma", lambda: pytest.fail("Chroma was loaded"))
        with open_fake(folder) as library:
            assert dense(library, QUESTIONS[0], 20) == expected[0]
            assert library._index._restoring is None


def test_a_second_question_brings_chroma_back(folder: Path) -> None:
    with open_fake(folder) as library:
        articles_found(library, "storm")
        assert not is_chroma(library)
        articles_found(library, "storm")
        library._index._restoring.join()  # type: ignore[union-attr]
        assert is_chroma(library)


def test_who_only_asks_does_not_wait_for_a_rebuilding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(folder / "index")
    started = threading.Event()
    add = ChromaIndex.add

    def slow(index: ChromaIndex, *arguments: object) -> None:
        started.set()
        assert library._index._stopping.wait(30)
        add(index, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ChromaIndex, "add", slow)
    library = open_fake(folder)
    answers(library)
    assert started.wait(30)
    assert library.index_state() == "rebuilding"
    library.close()
    assert not library._index._restoring.is_alive()  # type: ignore[union-attr]
    monkeypatch.setattr(ChromaIndex, "add", add)
    with open_fake(folder) as library:
        assert library.wait_for_index()
        assert library.check() == []


def test_who_changes_something_leaves_a_whole_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
    monkeypatch.setattr("corpus.index.generations.verify", lambda *_: pytest.fail("it was not left cleanly"))
    with open_fake(tmp_path) as library:
        assert library.wait_for_index()
        assert len(library._index._current.numbers()) == library.stats().passages > 0


# -- while it is being mended ------------------------------------------------------------------------------------------


def test_changes_during_a_rebuilding_are_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing(folder / "index")
    reached, go_on = threading.Event(), threading.Event()
    add = ChromaIndex.add

    def slow(index: ChromaIndex, *arguments: object) -> None:
        reached.set()
        assert go_on.wait(30)
        add(index, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ChromaIndex, "add", slow)
    with open_fake(folder) as library:
        answers(library)
        assert reached.wait(30)
        library.remove("a3")
        put(library, some_article(900), replace(some_article(4, sentences=16), title="Corrected"))
        assert "a3" not in articles_found(library, some_article(3).text, 30)
        assert_whole(library, some_article(900))
        go_on.set()
        assert library.wait_for_index()
        assert is_chroma(library)
        assert "a3" not in articles_found(library, some_article(3).text, 30)
        assert_whole(library, some_article(900))
        assert library.check() == []


def test_a_chroma_that_breaks_in_use_is_replaced_without_a_wrong_answer(
    folder: Path, expected: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_fake(folder) as library:
        assert library.wait_for_index()
        broken = library._index._current

        def fail(*_: object) -> None:
            raise IndexBrokenError("torn")

        monkeypatch.setattr(broken, "search", fail)
        assert answers(library) == expected
        assert library._index._current is not broken
        assert library.wait_for_index()
        assert answers(library) == expected
    generation(folder)


def test_a_chroma_that_breaks_when_written_to_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_fake(folder) as library:
        assert library.wait_for_index()

        def fail(*_: object) -> None:
            raise IndexBrokenError("torn")

        monkeypatch.setattr(library._index._current, "add", fail)
        put(library, some_article(900))
        assert_whole(library, some_article(900))
        assert library.wait_for_index()
        assert_whole(library, some_article(900))
        assert library.check() == []


def test_an_index_that_keeps_breaking_is_left_to_exact_search(
    folder: Path,
    expected: list[list[tuple[int, float]]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise IndexBrokenError("no disk for it")

    monkeypatch.setattr("corpus.index.generations.ChromaIndex", fail)
    with open_fake(folder) as library:
        for _ in range(6):
            assert answers(library) == expected
            assert not library.wait_for_index()
        assert library.check() == ["the dense index cannot be brought back: exact search stands in for it"]
    assert caplog.text.count("exact search goes on: no disk for it") == 3


@pytest.mark.parametrize("ending", ["os._exit(3)", "os.kill(os.getpid(), 11)", "print('nonsense')", "time.sleep(60)"])
def test_whatever_the_looking_process_does_is_survived(
    folder: Path, expected: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    command = [sys.executable, "-c", f"import os, time; {ending}"]
    monkeypatch.setattr("corpus.index.inspection._command", lambda *_: command)
    monkeypatch.setattr("corpus.index.inspection.VERIFY_LIMIT", 1.0)
    (next((folder / "index").iterdir()) / "stray").touch()  # not as it was left: it is looked at
    with open_fake(folder) as library:
        assert answers(library) == expected
        assert library.wait_for_index(30)
        assert answers(library) == expected
    assert generation(folder) == 2


# -- wear --------------------------------------------------------------------------------------------------------------


def test_a_worn_index_is_built_again(folder: Path) -> None:
    before = generation(folder)
    with open_fake(folder) as library:
        assert library.wait_for_index()
        library.remove(*(f"a{number}" for number in range(ARTICLES // 2)))
        assert len(articles_found(library, "storm", 30)) == 30
    with open_fake(folder) as library:
        assert library.wait_for_index()
        assert library.check() == []
        assert len(library._index._current.numbers()) == library.stats().passages
    assert generation(folder) == before + 1
    with open_fake(folder) as library:
        assert library.wait_for_index()
    assert generation(folder) == before + 1


@pytest.mark.parametrize("noted", ["0.4.24", None])
def test_an_index_that_another_version_of_chroma_made_is_built_again(
    folder: Path, expected: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch, noted: str | None
) -> None:
    before = generation(folder)
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("DELETE FROM meta WHERE key = 'index_chroma'")
    if noted:
        connection.execute("INSERT INTO meta VALUES ('index_chroma', ?)", (noted,))
    connection.commit()
    connection.close()
    with monkeypatch.context() as patch:  # its files are not even looked at
        patch.setattr("corpus.index.generations.verify", lambda *_: pytest.fail("it was looked at"))
        with open_fake(folder) as library:
            assert answers(library) == expected
            assert library.wait_for_index()
            assert answers(library) == expected
    assert generation(folder) == before + 1
    with open_fake(folder) as library:
        assert library.wait_for_index()
    assert generation(folder) == before + 1


def test_chroma_links_passages_on_one_thread_whatever_the_environment_says() -> None:
    """On several it leaves now and then a passage that no other links to."""
    program = (
        "import os; from corpus.index.chroma import load_chroma; load_chroma(); print(os.environ['RAYON_NUM_THREADS'])"
    )
    environment = {**os.environ, "RAYON_NUM_THREADS": "8"}
    asked = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "1"


def test_generations_that_nobody_uses_are_removed(folder: Path) -> None:
    shutil.copytree(folder / "index" / str(generation(folder)), folder / "index" / "7")
    (folder / "index" / "9").mkdir()
    open_fake(folder).close()
    generation(folder)


# -- Ctrl-C ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_interruption_between_store_and_index_leaves_no_difference(
    folder: Path, monkeypatch: pytest.MonkeyPatch, loaded: bool, moment: str
) -> None:
    def interrupting(change: Callable[..., None]) -> Callable[..., None]:
        def interrupted(*arguments: object) -> None:
            if moment == "after":
                change(*arguments)
            raise KeyboardInterrupt

        return interrupted

    with open_fake(folder) as library:
        if loaded:
            assert library.wait_for_index()
        articles_found(library, "storm")
        with monkeypatch.context() as patch:
            patch.setattr(DenseIndex, "change", interrupting(DenseIndex.change))
            patch.setattr(DenseIndex, "erase", interrupting(DenseIndex.erase))
            with pytest.raises(KeyboardInterrupt):
                put(library, some_article(900))
            with pytest.raises(KeyboardInterrupt):
                library.remove("a3")
            with pytest.raises(KeyboardInterrupt):
                put(library, replace(some_article(4), title="Corrected"))
        assert_whole(library, some_article(900))
        assert_whole(library, replace(some_article(4), title="Corrected"))
        found = articles_found(library, some_article(3, sentences=16).text, 50)
        assert (len(found), "a3" in found) == (50, False)
        assert library.check() == []


def test_a_failed_change_is_followed_by_right_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import StorageError

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with open_fake(folder) as library:
        before = answers(library)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "put", full)
            with pytest.raises(StorageError):
                put(library, some_article(900))
        assert answers(library) == before
