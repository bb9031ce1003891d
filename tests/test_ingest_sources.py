import gzip
import io
import os
from pathlib import Path

import pytest

from ingest.raw import RawDocument
from ingest.report import Problem
from ingest.sources.survey import raw_documents, survey


def read(*sources: str | Path, stdin: bytes = b"") -> tuple[list[RawDocument], list[Problem]]:
    """All raw documents of the sources, and all problems, those of the survey first."""
    found = survey(sources)
    stream = list(raw_documents(found, io.BytesIO(stdin)))
    problems = [*found.failed, *found.skipped, *(item for item in stream if isinstance(item, Problem))]
    return [item for item in stream if isinstance(item, RawDocument)], problems


def write(path: Path, content: str | bytes = "The text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_folder_is_read_with_all_below_it_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.HTML", "sub/deep/d.pdf", "e.docx", "sub/f.htm"):
        write(tmp_path / name)
    write(tmp_path / "g.html.gz", gzip.compress(b"<p>page</p>"))
    documents, problems = read(tmp_path)
    assert [(document.path_id, document.kind) for document in documents] == [
        ("a", "markdown"),
        ("b", "text"),
        ("e", "docx"),
        ("g", "html"),
        ("sub/c", "html"),
        ("sub/f", "html"),
        ("sub/deep/d", "pdf"),
    ]
    assert problems == []


def test_file_given_by_itself_is_named_by_its_stem(tmp_path: Path) -> None:
    (document,), _ = read(write(tmp_path / "sub" / "2015-08-01-pledge.md"))
    assert document.path_id == "2015-08-01-pledge"
    assert document.source == str(tmp_path / "sub" / "2015-08-01-pledge.md")


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/x.txt", "seen.txt"):
        write(tmp_path / name)
    documents, problems = read(tmp_path)
    assert [document.path_id for document in documents] == ["seen"]
    assert problems == []


def test_records_carry_file_and_line_and_blank_lines_count(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b'\xef\xbb\xbf{"text": "one"}\n\n  \n{"text": "two"}')
    documents, _ = read(path)
    assert [(document.line, document.content.strip()) for document in documents] == [
        (1, b'{"text": "one"}'),
        (4, b'{"text": "two"}'),
    ]


def test_records_in_utf16_are_read(tmp_path: Path) -> None:
    documents, _ = read(write(tmp_path / "a.jsonl", '{"text": "café"}\n{"text": "二"}\n'.encode("utf-16")))
    assert [document.content.decode().strip() for document in documents] == ['{"text": "café"}', '{"text": "二"}']


def test_done_bytes_end_at_the_total(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "x" * 100)
    write(tmp_path / "b.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 5))
    found = survey([tmp_path])
    documents = [item for item in raw_documents(found, io.BytesIO()) if isinstance(item, RawDocument)]
    assert [documents[0].done_bytes, documents[-1].done_bytes] == [100, found.total_bytes]


def test_gzip_that_breaks_off_keeps_the_lines_before(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "%d %s"}\n' % (n, os.urandom(200).hex().encode()) for n in range(2000))
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(lines)[:-5000])
    documents, (problem,) = read(path)
    assert 0 < len(documents) < 2000
    assert "gzip data break off" in problem.reason
    assert problem.line == len(documents) + 1


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.html.gz"])
def test_gzip_that_is_none_is_reported(tmp_path: Path, name: str) -> None:
    documents, (problem,) = read(write(tmp_path / name, "not packed at all"))
    assert documents == []
    assert "gzip" in problem.reason


def test_packed_page_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    _, (problem,) = read(write(tmp_path / "a.html.gz", gzip.compress(b"x" * (51 << 20))))
    assert "larger than 50 MB" in problem.reason


def test_text_of_60_megabytes_is_refused_in_words(tmp_path: Path) -> None:
    _, (problem,) = read(write(tmp_path / "a.txt", b"word " * (12 << 20)))
    assert problem.reason == "is larger than 50 MB (60 MB): split it into articles"


def test_line_that_is_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.streams.LARGEST_FILE", 1000)
    path = write(tmp_path / "a.jsonl", b'{"text": "one"}\n{"text": "' + b"x" * 5000 + b'"}\n{"text": "three"}\n')
    documents, (problem,) = read(path)
    assert [document.line for document in documents] == [1, 3]
    assert (problem.line, "longer than" in problem.reason) == (2, True)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.jsonl", "a.jsonl.gz"])
def test_empty_file_is_reported(tmp_path: Path, name: str) -> None:
    content = gzip.compress(b"\n\n") if name.endswith(".gz") else b""
    _, (problem,) = read(write(tmp_path / name, content))
    assert (problem.where, problem.reason) == (str(tmp_path / name), "is empty")


def test_what_cannot_be_a_source_is_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "empty").mkdir()
    write(tmp_path / "photo.png")
    _, problems = read(
        tmp_path / "gone.txt",
        tmp_path / "pipe.txt",
        tmp_path / "empty",
        tmp_path / "photo.png",
        "https://news.example/x",
    )
    reasons = [problem.reason for problem in problems]
    assert "no such file or folder" in reasons[0]
    assert reasons[1] == "is neither a file nor a folder"
    assert reasons[2] == "the folder holds no files"
    assert "unknown file type '.png': what can be read are pages (.html" in reasons[3]
    assert "is an address" in reasons[4]


def test_unknown_file_type_in_a_folder_is_skipped(tmp_path: Path) -> None:
    write(tmp_path / "photo.png")
    write(tmp_path / "a.txt")
    found = survey([tmp_path])
    assert [Path(problem.where).name for problem in found.skipped] == ["photo.png"]
    assert found.failed == []
    assert len(found.sources) == 1


def test_symlink_loops_end(tmp_path: Path) -> None:
    write(tmp_path / "sub" / "a.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    documents, problems = read(tmp_path)
    assert [document.path_id for document in documents] == ["sub/a"]
    assert sorted(Path(problem.where).name for problem in problems) == ["self.txt", "up"]


def test_source_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    documents, problems = read(tmp_path / "link")
    assert (len(documents), problems) == (1, [])


def test_file_that_is_reached_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    os.link(path, tmp_path / "b.txt")
    documents, problems = read(tmp_path, path)
    assert [document.path_id for document in documents] == ["a"]
    assert [problem.reason for problem in problems] == [f"the same file as {path}"] * 2


def test_file_name_that_is_no_text_is_no_obstacle(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\x07.txt")
    (document,), _ = read(write(tmp_path / name))
    assert document.path_id == "caf\ufffd"
    document.source.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (b'\n  \n{"text": "one"}\n{"text": "two"}\n', [("record", 3), ("record", 4)]),
        (b'\xef\xbb\xbf{"text": "one"}', [("record", 1)]),
        (b"\n<!DOCTYPE html><html><body>x</body></html>", [("html", None)]),
        (b"<!-- saved page -->\n<html><body>x</body></html>", [("html", None)]),
        (b"Plain words.\n\n{not a record}", [("text", None)]),
        (b"<3 this is no page", [("text", None)]),
    ],
)
def test_standard_input_is_told_by_how_it_begins(content: bytes, kinds: list[tuple[str, int | None]]) -> None:
    documents, problems = read("-", stdin=content)
    assert [(document.kind, document.line) for document in documents] == kinds
    assert problems == []
    assert {document.source for document in documents} == {"standard input"}


def test_empty_standard_input_is_reported() -> None:
    _, (problem,) = read("-", stdin=b" \n\n")
    assert (problem.where, problem.reason) == ("standard input", "is empty")
