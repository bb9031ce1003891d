"""Damage to a library is told in words, and what can be made again from the texts is made again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import Library, SentenceEmbedder
from corpus.health import passage_tokens
from tests.support.shelves import articles_found, assert_whole, dense, lexical, open_fake, put, some_article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_fake(tmp_path / "library") as library:
        put(library, *(some_article(number) for number in range(12)))
        put(library, some_article(3, title="Corrected"))
    return tmp_path / "library"


@pytest.fixture(autouse=True)
def sound_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the store; looking at the index takes seconds, and has its own tests."""
    if "healthy" not in request.node.name:
        monkeypatch.setattr("corpus.index.generations.verify", lambda *_: ([], []))


def damage(folder: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(folder / "store.db")
    assert connection.execute(statement, values).rowcount
    connection.commit()
    connection.close()


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with open_fake(folder) as library:
        yield library


def test_a_healthy_library_has_nothing_to_tell_and_nothing_to_mend(library: Library) -> None:
    assert library.check() == []
    assert library.repair() == []
    assert library.check() == []


def test_flipped_bytes_in_a_text_are_told_and_the_rest_answers(folder: Path) -> None:
    """Found in the file itself, as a disk would damage it."""
    path = folder / "store.db"
    content = path.read_bytes()
    wanted = b"marked7x5"
    assert content.count(wanted) >= 2, "in the text and in the passage"
    for change in (b"marked7y5", b"mark\xff\xfe7x5"):
        path.write_bytes(content.replace(wanted, change))
        with open_fake(folder) as library:
            said = " / ".join(library.check())
            assert "article 'a7' is damaged (revision 1 is not what was stored): remove it and add it again" in said
            assert "'a6'" not in said
            assert articles_found(library, "storm over the harbour", 30)
            assert_whole(library, some_article(6))
            library.remove("a7")
            library.repair()
            put(library, some_article(7))
            assert library.check() == []
            assert_whole(library, some_article(7))


@pytest.mark.parametrize(
    ("column", "value"),
    [("text", "Short."), ("title", "X"), ("authors", "{"), ("metadata", "nothing"), ("published", "x"), ("text", " ")],
)
def test_any_damaged_field_is_told(folder: Path, column: str, value: str) -> None:
    damage(folder, f"UPDATE revisions SET {column} = ? WHERE article = 3", value)
    with open_fake(folder) as library:
        assert any("article 'a2' is damaged" in problem and "add it again" in problem for problem in library.check())
        assert len(articles_found(library, "storm", 20)) == 20
        library.remove("a2")
        assert library.check() == []


def test_a_damaged_old_revision_is_told(folder: Path) -> None:
    damage(folder, "UPDATE revisions SET text = 'Other.' WHERE revision = 1 AND article = 4")
    with open_fake(folder) as library:
        assert library.check() == [
            "article 'a3' is damaged (revision 1 is not what was stored): remove it and add it again"
        ]


def test_a_damaged_passage_is_told_never_answers_and_is_mended(folder: Path) -> None:
    damage(folder, "UPDATE passages SET text = 'Not what it was.' WHERE number = 8")
    with open_fake(folder) as library:
        assert library.find_passages([8]) == {}
        said = library.check()
        assert any("are not at their places in the text: run `pressmark check --repair`" in one for one in said)
        assert any("the full-text index does not match the passages" in one for one in said)
        done = library.repair()
        assert done[:2] == ["1 passages were taken from their articles again", "the full-text index was built again"]
        assert library.check() == []
        assert len(library.find_passages([8])) == 1


def test_a_damaged_vector_is_told_and_computed_again(folder: Path) -> None:
    with open_fake(folder) as library:
        expected = dense(library, "storm over the harbour", 20)
    damage(folder, "UPDATE passages SET vector = zeroblob(256) WHERE number IN (5, 9)")
    damage(folder, "UPDATE passages SET vector = x'0102' WHERE number = 6")
    with open_fake(folder) as library:
        assert any("damaged vectors: run `pressmark check --repair`" in problem for problem in library.check())
        assert library.repair() == ["3 vectors were computed again", "the dense index was built again"]
        assert library.check() == []
        assert dense(library, "storm over the harbour", 20) == expected


def test_a_damaged_vector_is_not_reused(folder: Path) -> None:
    damage(folder, "UPDATE passages SET vector = zeroblob(256)")
    with open_fake(folder) as library:
        put(library, some_article(5, title=some_article(5).title, url="https://elsewhere.example"))
        assert any(score > 0.9 for _, score in dense(library, library.passages_of("a5")[0].passage.embedded_text))


def test_a_damaged_word_index_is_told_and_built_again(folder: Path) -> None:
    damage(folder, "DELETE FROM passage_words_data WHERE id > 10")
    with open_fake(folder) as library:
        assert any("full-text index" in problem for problem in library.check())
        assert "the full-text index was built again" in library.repair()
        assert library.check() == []
        assert lexical(library, "marked3x2") == ["a3"]


def test_an_article_that_lost_its_passages_is_told(folder: Path) -> None:
    damage(folder, "DELETE FROM passages WHERE article = 6")
    with open_fake(folder) as library:
        assert any("article 'a5' has no passages: remove it and add it again" in one for one in library.check())


def test_an_article_that_lost_its_revision_is_told(folder: Path) -> None:
    damage(folder, "DELETE FROM revisions WHERE article = 6")
    with open_fake(folder) as library:
        assert "article 'a5' has lost its text: remove it and add it again" in library.check()
        library.remove("a5")
        put(library, some_article(5))
        assert library.check() == []


def test_a_file_with_a_wiped_page_is_told(folder: Path) -> None:
    path = folder / "store.db"
    content = bytearray(path.read_bytes())
    content[4096 * 12 : 4096 * 13] = bytes(4096)
    path.write_bytes(content)
    with open_fake(folder) as library:
        said = library.check()
        assert said != []
        assert all(isinstance(problem, str) for problem in said)


def test_a_passage_is_computed_again_from_the_tokens_it_was_embedded_with(tmp_path: Path) -> None:
    from ingest import PassageSettings, passages_of

    text = (
        "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2 + "-" + "東京都議会" * 300 + ". Rain fell on the harbour. "
    )
    article = some_article(1, text=text * 2)
    with Library.open(tmp_path, embedder=SentenceEmbedder()) as library:
        drafts = passages_of(article, library.embedder, PassageSettings())
        library.put(article, drafts)
        passages = library.passages_of("a1")
        assert len(drafts) == len(passages) > 3
        for draft, found in zip(drafts, passages, strict=True):
            again = passage_tokens(library._store, library.embedder, found)
            assert again.ids.tolist() == draft.tokens.ids.tolist()
