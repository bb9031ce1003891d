"""The command line on a real library, from an empty folder to a removed article."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from corpus import Library, StorageError
from corpus import library as library_module
from tests.support import shelves
from tests.support.fakes import FakeEmbedder
from tests.trials import fault_history
from ui.cli.main import main
from ui.handover.door import Door

RECORDS = [
    {
        "id": "storm",
        "title": "Storm",
        "published": "2022-06-13",
        "outlet": "CNN",
        "text": "A storm hit Ohio on Monday.",
    },
    {"id": "vote", "title": "Vote", "published": "2022-06-14", "outlet": "BBC", "text": "Kenya went to the polls."},
]


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(library_module, "SentenceEmbedder", FakeEmbedder)
    monkeypatch.setenv("PRESSMARK_LIBRARY", str(tmp_path / "library"))

    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--json"])
        written = capsys.readouterr()
        return ended.value.code or 0, json.loads(written.out) if written.out else None, written.err

    return run_command


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join([*(json.dumps(record) for record in RECORDS), "{broken"]))
    return str(path)


def test_what_goes_in_is_listed_shown_checked_and_removed(run, source):
    status, report, _ = run("ingest", source)
    assert (status, report["added"], len(report["failed"])) == (3, 2, 1)
    assert (report["failed"][0]["where"], report["failed"][0]["line"]) == (source, 3)

    _, listed, _ = run("articles", "list")
    assert [article["id"] for article in listed["articles"]] == ["vote", "storm"]
    _, shown, _ = run("articles", "show", "storm")
    assert {key: shown[key] for key in RECORDS[0]} == RECORDS[0]
    assert (shown["revision"], shown["passages"]) == (1, 1)
    assert run("check")[:2] == (0, {"ok": True, "problems": [], "repaired": []})

    _, removed, _ = run("articles", "remove", "storm", "--yes")
    assert removed == {
        "removed": ["storm"],
        "revisions": 1,
        "passages": 1,
        "addresses": 0,
        "withheld": 0,
        "failed": [],
    }
    assert run("articles", "show", "storm")[0] == 1
    assert [article["id"] for article in run("articles", "list")[1]["articles"]] == ["vote"]


def test_articles_that_are_there_already_stay_unchanged(run, source):
    run("ingest", source)
    _, report, _ = run("ingest", source)
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 2)


def test_a_slip_of_the_pen_makes_no_new_library(run, tmp_path):
    status, printed, err = run("articles", "list", "--library", str(tmp_path / "libary"))
    assert (status, printed) == (1, None)
    assert "there is no library" in err
    assert not (tmp_path / "libary").exists()


def test_a_source_that_is_not_there_fails_with_its_name(run, tmp_path):
    status, report, _ = run("ingest", str(tmp_path / "none.jsonl"))
    assert status == 1
    assert "none.jsonl" in report["failed"][0]["where"]


VISITOR = """
import contextlib, io, os, sys, tempfile
from tests.support.fakes import FakeEmbedder
from corpus import library as module
from ui.cli.main import main
module.SentenceEmbedder = FakeEmbedder
articles, elsewhere, *folders = sys.argv[1:]

def all_commands(folder, elsewhere):
    for command in (
        ["articles", "list"], ["articles", "show", "storm"], ["check"], ["check", "--repair"], ["ingest", articles],
        ["articles", "remove", "storm", "--yes"], ["backup", elsewhere], ["backup", folder],
    ):
        status = 0
        try:
            main([*command, "--library", folder])
        except SystemExit as ended:
            status = ended.code
        print("STATUS", status or 0, " ".join(command[:2]), file=sys.stderr, flush=True)

# Once as oneself, so that all is loaded that is loaded late: nobody may not read it.
with tempfile.TemporaryDirectory() as own, contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main(["ingest", articles, "--library", own + "/library"])
    all_commands(own + "/library", own)
if os.geteuid() == 0:  # root may write anywhere: become nobody
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
print("BEGIN", file=sys.stderr, flush=True)
for folder in folders:
    all_commands(folder, elsewhere)
"""
CLOSED = {"read-only": (0o555, 0o444), "closed": (0o000, 0o000), "files-closed": (0o755, 0o000)}
COMMANDS = 8


def said_to_another_user(folder, source, elsewhere):
    """What every command says to somebody to whom a library is closed in these ways: name, status, words."""
    copies = [shutil.copytree(folder, folder.with_name(name)) for name in CLOSED]
    elsewhere.mkdir()
    shelves.let_others_in(elsewhere.parent)
    for copy, (folder_mode, file_mode) in zip(copies, CLOSED.values(), strict=True):
        for path in [*copy.rglob("*"), copy]:
            path.chmod(folder_mode if path.is_dir() else file_mode)
    visitor = shelves.child(VISITOR, source, elsewhere, *copies, stderr=subprocess.STDOUT, cwd="/")
    said = visitor.communicate(timeout=120)[0].partition("BEGIN\n")[2]
    for copy in copies:
        copy.chmod(0o755)
    assert "Traceback" not in said
    assert "unexpected" not in said
    ends = re.findall(r"((?:.*\n)*?)STATUS (\d+) (.+)\n", said)
    assert len(ends) == len(CLOSED) * COMMANDS, said
    return [(command, int(status), words) for words, status, command in ends]


def test_without_permission_every_command_works_or_says_why_not(run, source, tmp_path):
    run("ingest", source)
    before = fault_history.state(tmp_path / "library" / "store.db")
    for command, status, words in said_to_another_user(tmp_path / "library", source, tmp_path / "elsewhere"):
        told = re.search(r"permission|cannot be|not readable|not writable|there is no library", words, re.IGNORECASE)
        assert status == 0 or (status in (1, 2) and told), (command, status, words)
    for name in CLOSED:
        assert fault_history.state(tmp_path / name / "store.db") == before


def test_a_wrong_address_of_a_chroma_server_is_wrong_usage(run, source, monkeypatch):
    status, _, err = run("ingest", source, "--chroma", "localhost:8000")
    assert status == 2
    assert "--chroma: localhost:8000 is not the address of a Chroma server" in err
    monkeypatch.setenv("PRESSMARK_CHROMA", "ftp://chroma")
    status, _, err = run("ask", "Who?")
    assert status == 2
    assert "PRESSMARK_CHROMA: ftp://chroma is not" in err


def test_with_a_chroma_server_that_is_not_there_everything_works(run, source, monkeypatch):
    monkeypatch.setenv("PRESSMARK_CHROMA", "http://127.0.0.1:9")
    assert run("ingest", source)[1]["added"] == 2
    assert run("articles", "remove", "storm", "--yes", "--chroma", "http://127.0.0.1:9")[0] == 0
    assert [article["id"] for article in run("articles", "list")[1]["articles"]] == ["vote"]


def test_ray_that_is_missing_is_named(run, source, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    status, _, err = run("ingest", source, "--ray", "local")
    assert status == 1
    assert "pip install 'pressmark[ray]'" in err


def test_a_ray_cluster_is_not_for_a_library_that_is_open_elsewhere(run, source, tmp_path, monkeypatch):
    with Library.open(tmp_path / "library", embedder=FakeEmbedder()) as library, Door(library):
        status, _, err = run("ingest", source, "--ray", "local")
    assert status == 1
    assert "is in use by" in err


def test_a_library_that_may_not_be_written_can_be_read(run, source, monkeypatch):
    run("ingest", source)
    refused = StorageError("the library cannot be used (Read-only file system)")

    def take(*_):
        raise refused

    monkeypatch.setattr(library_module, "take", take)
    assert [article["id"] for article in run("articles", "list")[1]["articles"]] == ["vote", "storm"]
    assert run("ask", "Who went to the polls?")[0] == 0
    status, _, err = run("ingest", source)
    assert status == 1
    assert "Read-only file system" in err
