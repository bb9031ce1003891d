"""Workers of a Ray cluster read and embed, this process commits: the library is the one that it is without them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeLibrary
from shelves import child, open_fake

from corpus import Library
from ingest import ClusterError, ingest, ingest_on_cluster

ARTICLES = 60
PAGES = 12

ON_CLUSTER = """
import json, os, signal, sys
from dataclasses import asdict
from pathlib import Path
os.environ["PRESSMARK_TEST_CREW"] = sys.argv[1]
import ingest.cluster
from shelves import open_fake
from ingest import ingest_on_cluster

ingest.cluster.SHARE_PASSAGES = 8
ingest.cluster.BATCH_PASSAGES = 64
making = ingest.cluster.Crew.__init__
ingest.cluster.Crew.__init__ = lambda self, address, embedder: making(self, address, embedder, workers=2)
kills = int(sys.argv[3])

def workers():
    for process in Path("/proc").iterdir():
        try:
            name, environment = ((process / part).read_bytes() for part in ("cmdline", "environ"))
            if name.startswith(b"ray::") and f"PRESSMARK_TEST_CREW={sys.argv[1]}".encode() in environment:
                yield int(process.name)
        except OSError:
            continue

seen, killed, steps = set(), 0, 0
def progress(state):
    global killed, steps
    steps += 1
    seen.update(workers())
    if killed < kills and steps % 5 == 0:
        for worker in workers():
            os.kill(worker, signal.SIGKILL)
            killed += 1

with open_fake(Path(sys.argv[1])) as library:
    report = ingest_on_cluster(library, "local", sys.argv[4:], progress=progress)
    own = library.embedder.texts_embedded
print(json.dumps({**asdict(report), "seen": len(seen), "killed": killed, "own": own,
    "usage": os.environ["RAY_USAGE_STATS_ENABLED"]}))
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Records with a broken one among them, and pages that are read by workers, with an empty one among them."""
    from test_ui_handover import record

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


def on_cluster(folder: Path, kills: int, sources: list[str]) -> dict[str, Any]:
    with child(ON_CLUSTER, folder, "-", str(kills), *sources) as process:
        out = process.communicate(timeout=240)[0]
    assert process.returncode == 0
    return dict(json.loads(out.splitlines()[-1]))


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


@pytest.mark.parametrize("kills", [0, 6], ids=["undisturbed", "workers killed"])
def test_two_workers_make_the_library_that_one_process_makes(
    tmp_path: Path, sources: list[str], alone: tuple[Any, ...], kills: int
) -> None:
    report = on_cluster(tmp_path / "library", kills, sources)
    assert (report["added"], report["stopped"]) == (ARTICLES + PAGES, "")
    assert (len(report["failed"]), len(report["skipped"])) == (1, 1)
    assert report["killed"] >= kills
    assert report["seen"] >= 2
    assert report["usage"] == "0"
    if not kills:
        assert report["own"] == 0, "passages were embedded by this process"
    with open_fake(tmp_path / "library") as library:
        assert state(library) == alone
        assert library.wait_for_index(60)
        assert library.check() == []
        again = ingest(library, sources)
        assert (again.added, again.updated, again.unchanged) == (0, 0, ARTICLES + PAGES)


def test_without_ray_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    library = FakeLibrary()
    embedder = library.embedder
    with pytest.raises(ClusterError, match=r"pip install 'pressmark\[ray\]'"):
        ingest_on_cluster(library, "local", ["none"])
    assert library.embedder is embedder
