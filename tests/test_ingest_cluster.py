"""Ray's workers read, cut and embed, this process commits: the library is the one that it is without them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import Library
from ingest import ClusterError, ingest, ingest_on_cluster
from ingest.cutting.cutter import Cutter, Prepared
from ingest.raw import RawDocument
from tests.support.fakes import FakeLibrary
from tests.support.shelves import child, open_fake

pytestmark = pytest.mark.alone

ARTICLES = 60
PAGES = 12

ON_CLUSTER = """
import json, os, signal, sys
from dataclasses import asdict
from pathlib import Path
os.environ["PRESSMARK_TEST_CREW"] = mark = sys.argv[1]
import ingest.workers.cluster
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import open_fake
from ingest import ingest_on_cluster

ingest.workers.cluster.SHARE_PASSAGES = 8
ingest.workers.cluster.BATCH_PASSAGES = 64

def workers():
    for process in Path("/proc").iterdir():
        try:
            name, environment = ((process / part).read_bytes() for part in ("cmdline", "environ"))
            is_worker = name.startswith((b"ray::embed_", b"ray::prepare_", b"ray::IDLE"))
            if is_worker and f"PRESSMARK_TEST_CREW={mark}".encode() in environment:
                yield int(process.name)
        except OSError:
            continue

def run(folder, kills):
    seen, killed = set(), set()
    def progress(state):
        seen.update(workers())
        if len(killed) < kills and state.passages > 32 * len(killed):
            for worker in workers():
                os.kill(worker, signal.SIGKILL)
                killed.add(worker)
    with open_fake(folder) as library:
        report = ingest_on_cluster(library, "local", sys.argv[2:], progress=progress)
        own = library.embedder.texts_embedded, library.embedder.texts_tokenized
    return {**asdict(report), "seen": len(seen), "killed": len(killed), "own": own}

with ingest.workers.cluster.Crew("local", FakeEmbedder(), workers=2):
    done = [run(Path(mark) / name, kills) for name, kills in (("undisturbed", 0), ("disturbed", 4))]
print(json.dumps({"usage": os.environ["RAY_USAGE_STATS_ENABLED"], "done": done}))
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Records with a broken one among them, and pages that are read by workers, with an empty one among them."""
    from tests.test_ui_handover import record

    folder = tmp_path_factory.mktemp("sources")
    (folder / "records.jsonl").write_text("".join(record(number) for number in range(ARTICLES)) + "{broken\n")
    pages = folder / "pages"
    pages.mkdir()
    for number in range(PAGES):
        article = json.loads(record(500 + number))
        paragraphs = "".join(f"<p>{article['text']} Part {part} of page {number}.</p>" for part in range(3))
        (pages / f"page{number}.html").write_text(
            f"<html><head><title>{article['title']}</title></head><body><article><h1>{article['title']}</h1>"
            f"{paragraphs}</article></body></html>"
        )
    (pages / "none.html").write_text("<html><body></body></html>")
    return [str(folder / "records.jsonl"), str(pages)]


def state(library: Library) -> tuple[Any, ...]:
    """What a library holds, without when it was read."""
    passages = library._store.rows(
        'SELECT a.id, ordinal, start, "end", header, text, vector FROM passages JOIN articles a ON a.number = article '
        "ORDER BY passages.number"
    )
    revisions = library._store.rows(
        "SELECT a.id, r.revision, checksum, source FROM revisions r JOIN articles a ON number = article"
    )
    return library.fingerprint(), [tuple(row) for row in revisions], [tuple(row) for row in passages]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, sources: list[str]) -> tuple[Any, ...]:
    with open_fake(tmp_path_factory.mktemp("alone") / "library") as library:
        report = ingest(library, sources)
        assert (report.added, len(report.failed), len(report.skipped)) == (ARTICLES + PAGES, 1, 1)
        return state(library)


def test_two_workers_make_the_library_that_one_process_makes_even_when_they_are_killed(
    tmp_path: Path, sources: list[str], alone: tuple[Any, ...]
) -> None:
    with child(ON_CLUSTER, tmp_path, *sources) as process:
        out = process.communicate(timeout=300)[0]
    assert process.returncode == 0
    said = json.loads(out.splitlines()[-1])
    assert said["usage"] == "0"
    for report in said["done"]:
        assert (report["added"], report["stopped"]) == (ARTICLES + PAGES, "")
        assert (len(report["failed"]), len(report["skipped"])) == (1, 1)
    undisturbed, disturbed = said["done"]
    assert undisturbed["own"] == [0, 0], "passages were embedded, or articles cut, by this process"
    assert (undisturbed["killed"], undisturbed["seen"] >= 2) == (0, True)
    assert disturbed["killed"] >= 4
    for name in ("undisturbed", "disturbed"):
        with open_fake(tmp_path / name) as library:
            assert state(library) == alone, name
            again = ingest(library, sources)
            assert (again.added, again.updated, again.unchanged) == (0, 0, ARTICLES + PAGES)


def test_without_ray_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    library = FakeLibrary()
    embedder = library.embedder
    with pytest.raises(ClusterError, match=r"pip install 'pressmark\[ray\]'"):
        ingest_on_cluster(library, "local", ["none"])
    assert library.embedder is embedder


def test_with_the_real_model_workers_make_the_same_passages_and_vectors(tmp_path: Path) -> None:
    """The sample articles; a vector may differ in its last bits with the texts that it was computed beside."""
    sample = Path(__file__).parents[1] / "corpus" / "articles"
    program = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    for name, how in (("alone", []), ("crew", ["--ray", "local"])):
        command = ["ingest", *how, str(sample), "--library", str(tmp_path / name)]
        with child(program, *command) as process:
            said = process.communicate(timeout=300)[0]
        assert process.returncode == 0, said
    with Library.open(tmp_path / "alone") as one, Library.open(tmp_path / "crew") as crew:
        (_, revisions, passages), (_, same_revisions, same_passages) = state(one), state(crew)
    assert revisions == same_revisions
    assert [passage[:-1] for passage in passages] == [passage[:-1] for passage in same_passages]
    vectors, same_vectors = (
        np.stack([np.frombuffer(passage[-1], np.float32) for passage in found]) for found in (passages, same_passages)
    )
    assert len(vectors) > 50
    assert (vectors * same_vectors).sum(axis=1).min() > 0.9999


def test_what_is_wrong_with_the_whole_cluster_ends_the_run_and_is_not_told_of_each_document(sources: list[str]) -> None:
    class BrokenCutter(Cutter):
        def prepare(self, raw: RawDocument) -> Prepared:
            raise ClusterError("a worker of the cluster failed: other weights")

    class BrokenCrew:
        batch_passages = 64

        def cutter(self, here: Cutter) -> Cutter:
            return BrokenCutter(*(None,) * 4)  # type: ignore[arg-type]

    with pytest.raises(ClusterError, match="other weights"):
        ingest(FakeLibrary(), sources, crew=BrokenCrew())  # type: ignore[arg-type]
