"""Files of a library that are not what was written: told or put right; no process dies, nothing is quoted wrongly."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import corpus.index.dense
from corpus import CorpusError, FoundPassage, Library
from corpus.health import store_problems
from rag import Citation, InvalidAnswerError
from tests.support.shelves import EVERYTHING, dense, open_fake, put, some_article
from tests.trials.fault_history import state, version_of
from tests.trials.fault_supervisor import Tally, forked, scratch_folder

QUESTIONS = ("storm over the harbour", "budget of the museum", "glacier and dam", "marked3x2")
PAGE = 4096
T = TypeVar("T")


def cut_short(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size + 1))


def some_bits_turned(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 4, 20)) if content else 0):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def a_page_wiped(path: Path, chance: random.Random) -> None:
    _write_at(path, chance, bytes(PAGE))


def a_page_overwritten(path: Path, chance: random.Random) -> None:
    _write_at(path, chance, chance.randbytes(PAGE))


def a_letter_changed(path: Path, chance: random.Random) -> None:
    """Somewhere in a text: what no check of the file's structure can see."""
    content = bytearray(path.read_bytes())
    places = [at for at in range(0, len(content) - 6) if content[at : at + 6] in (b"Report", b"marked")]
    if places:
        content[chance.choice(places) + chance.randrange(1, 6)] ^= 1
    path.write_bytes(content)


def deleted(path: Path, chance: random.Random) -> None:
    path.unlink()


def _write_at(path: Path, chance: random.Random, block: bytes) -> None:
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        file.seek(PAGE * chance.randrange(max(1, pages)))
        file.write(block[: max(1, path.stat().st_size)])


DAMAGES = (cut_short, some_bits_turned, a_page_wiped, a_page_overwritten, a_letter_changed, deleted)
STORE_ONLY = (a_letter_changed,)


# -- the store ---------------------------------------------------------------------------------------------------------


def stores(seed: int, wanted: int) -> Tally:
    """The store's file is damaged; each library is opened, asked, checked and repaired by a process of its own."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        whole = scratch / "whole"
        forked(lambda: _fill_store(whole))
        expected = state(whole / "store.db")
        for turn in range(wanted):
            folder = Path(shutil.copytree(whole, scratch / "damaged"))
            damage = DAMAGES[turn % len(DAMAGES)]
            damage(folder / "store.db", chance)
            ended = forked(lambda folder=folder: _use(folder, expected))  # type: ignore[misc]
            said = ended.said.strip().splitlines()
            outcome = said[-1] if said else "nothing said"
            wrong = [f"status {ended.status}: {ended.said[-700:]}"] if ended.status else []
            tally.note(damage.__name__, wrong, f"turn {turn}")
            tally.facts[outcome if not wrong else "failed"] += 1
            shutil.rmtree(folder)
    return tally


def _fill_store(folder: Path) -> None:
    corpus.index.dense.ATTEMPTS = 0
    with open_fake(folder) as library:
        for version in range(3):
            put(library, *(version_of(number, version) for number in range(version, 16)))


TRUTH = [version_of(number, version) for number in range(16) for version in range(3)]


def _use(folder: Path, expected: str) -> None:
    """Open it, ask it, check it, repair it. The last line that is printed is what came of it."""
    corpus.index.dense.ATTEMPTS = 0
    try:
        with open_fake(folder, create=False) as library:
            _ask(library)
            told = store_problems(library._store)
            _ask(library)
            if not told:
                assert state(folder / "store.db") == expected, "it is another library, and nothing is said of it"
                print("harmless")  # noqa: T201
                return
            try:
                library.repair()
            except CorpusError as error:
                print(error)  # noqa: T201
            _ask(library)
            left = store_problems(library._store)
        print("told" if left else "told and repaired")  # noqa: T201
    except CorpusError as error:
        print(f"{error}\nrefused in words")  # noqa: T201


def _ask(library: Library) -> None:
    """Whatever would be quoted is what was stored, from the article that is named; what cannot be read is told."""
    found: dict[int, FoundPassage] = {}
    for question in QUESTIONS:
        for search in (lambda q: dense(library, q, 20), lambda q: library.search_lexical(q.split(), 20, EVERYTHING)):
            found |= _or_told(lambda search=search, q=question: library.find_passages(n for n, _ in search(q)), {})  # type: ignore[misc]
    for number in range(16):
        found |= {one.number: one for one in _or_told(lambda n=number: library.passages_of(f"a{n}"), [])}  # type: ignore[misc]
        article = _or_told(lambda n=number: library.get(f"a{n}"), None)  # type: ignore[misc]
        assert article is None or article in TRUTH, f"another article is shown: {article}"
    for one in found.values():
        _require_true_quotation(library, one)


def _or_told(action: Callable[[], T], instead: T) -> T:
    try:
        return action()
    except CorpusError as error:
        print(error)  # noqa: T201
        return instead


def _require_true_quotation(library: Library, found: FoundPassage) -> None:
    """As an answer is made: the passage's words are cited only where they stand in the article."""
    passage = found.passage
    try:
        citation = Citation.cite(1, library.get(passage.article_id), passage.id, passage.start, passage.end)
    except (CorpusError, InvalidAnswerError):
        return
    if citation.quote != passage.text:
        return
    said = (citation.article_id, citation.title, citation.outlet, citation.url, citation.published)
    true = {(one.id, one.title, one.outlet, one.url, one.published): one for one in TRUTH}
    assert said in true, f"a wrong source: {said}"
    assert true[said].text[citation.start : citation.end] == citation.quote, f"a wrong quotation: {citation}"


# -- the index ---------------------------------------------------------------------------------------------------------


def indexes(seed: int, wanted: int, articles: int = 150) -> Tally:
    """Chroma's files are damaged; one process uses library after library, and has to live."""
    tally = Tally()
    with scratch_folder() as scratch:
        whole, results = scratch / "whole", scratch / "results"
        results.touch()
        filled = forked(lambda: _fill_index(whole, articles))
        assert not filled.status, filled.said
        done = 0
        while done < wanted:
            ended = forked(lambda: _use_all(whole, scratch, seed, done, wanted, results), limit=3600)  # noqa: B023
            lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
            for where, way, wrong in lines[done:]:
                tally.note(way, wrong, where)
            if len(lines) < wanted:
                tally.note("died", [f"status {ended.status}: {ended.said[-600:]}"], f"turn {len(lines)}")
                results.write_text("\n".join([*map(json.dumps, lines), json.dumps(["died", "died", []])]) + "\n")
                done = len(lines) + 1
            else:
                done = len(lines)
    return tally


def _fill_index(folder: Path, articles: int) -> None:
    with open_fake(folder) as library:
        put(library, *(some_article(number, sentences=16) for number in range(articles)))
    assert list(folder.rglob("data_level0.bin")), "Chroma wrote no vector files"


def _use_all(whole: Path, scratch: Path, seed: int, first: int, wanted: int, results: Path) -> None:
    expected = None
    for turn in range(first, wanted):
        chance = random.Random(f"{seed} {turn}")  # noqa: S311
        folder = Path(shutil.copytree(whole, scratch / f"damaged{turn}"))
        if expected is None:
            expected = _expected(Path(shutil.copytree(whole, scratch / "calm", dirs_exist_ok=True)))
        files = sorted(path for path in (folder / "index").rglob("*") if path.is_file())
        damage = chance.choice([one for one in DAMAGES if one not in STORE_ONLY])
        hit = chance.sample(files, chance.choice((1, 1, 1, 2)))
        for path in hit:
            damage(path, chance)
        where = f"turn {turn}: {damage.__name__} {[path.name for path in hit]}"
        wrong = _wrong_with_index(folder, expected)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps([where, damage.__name__, wrong]) + "\n")
        shutil.rmtree(folder)


def _expected(folder: Path) -> list[list[tuple[int, float]]]:
    shutil.rmtree(folder / "index")
    with open_fake(folder) as library:
        return [dense(library, question, 20) for question in QUESTIONS]


def _wrong_with_index(folder: Path, expected: list[list[tuple[int, float]]]) -> list[str]:
    wrong = []
    try:
        with open_fake(folder) as library:
            if [dense(library, question, 20) for question in QUESTIONS] != expected:
                wrong.append("another answer while it is looked at")
            if not library.wait_for_index(300):
                wrong.append("the index did not come back")
            if [dense(library, question, 20) for question in QUESTIONS] != expected:
                wrong.append("another answer afterwards")
            if library._index._current.numbers() != {int(one) for one in library._store.vectors.numbers()}:
                wrong.append("the index holds other passages")
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
    return wrong
