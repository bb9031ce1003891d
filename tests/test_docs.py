"""What the documentation shows exists and works: commands, modules, files, links, examples, and the site itself."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.support.documentation import PAGES, PROJECT, anchors, blocks, command_lines, inline_code, links, session
from ui.cli.main import app

README = PAGES["README.md"]
PROMISED = (["make", "chat"], ["pip", "install", "."], ["pressmark", "chat"])
OURS = ("corpus", "ingest", "rag", "tests", "ui")
PATH = re.compile(r"(?<![\w./-])(?:corpus|docs|ingest|rag|tests|ui)/[\w./-]*[\w/]")
ELSEWHERE = re.compile(r"(?<![\w.:/])/(?:home|mnt|opt|root|srv|tmp|usr|var|work)/\w")
SOURCES = re.compile(r"<(?:script|img|iframe|link|source)\b[^>]*?\b(?:src|href|srcset)=\"?(https?://[^\" >]+)")

all_pages = pytest.mark.parametrize("page", PAGES)


def objection(arguments: list[str]) -> str | None:
    """Why the command line would not take these arguments, or None. Nothing is run."""
    command, context = typer.main.get_command(app), None
    try:
        while True:
            context = command.make_context(command.name, arguments, parent=context, resilient_parsing=False)
            rest = [*getattr(context, "_protected_args", ()), *context.args]
            if not hasattr(command, "resolve_command") or not rest:
                return None
            _, command, arguments = command.resolve_command(context, rest)
    except Exception as error:  # whatever it says, it is what a reader would see
        return None if type(error).__name__ == "Exit" else f"{type(error).__name__}: {error}"


# -- commands


def test_readme_shows_how_to_start() -> None:
    shown = list(command_lines(README))
    assert [start for start in PROMISED if start not in shown] == []


@all_pages
def test_every_command_that_is_shown_is_understood(page: str) -> None:
    shown = [words for words in command_lines(PAGES[page]) if words[0] == "pressmark"]
    assert {" ".join(words): why for words in shown if (why := objection(words[1:]))} == {}


@all_pages
def test_every_command_that_is_named_exists(page: str) -> None:
    named = [shlex.split(code)[1:] for code in inline_code(PAGES[page]) if code.startswith("pressmark ")]
    named = [words for words in named if "COMMAND" not in words]
    reasons = {" ".join(words): objection(words) for words in named}
    assert {words: why for words, why in reasons.items() if why and "Missing" not in why} == {}


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert objection(["ask", "Who?", "--as-of", "2022-08-20", "--outlet", "CNN"]) is None
    assert objection(["--version"]) is None
    assert "--until-now" in str(objection(["ask", "Who?", "--until-now"]))
    assert "answer" in str(objection(["answer", "Who?"]))
    assert "question" in str(objection(["ask"]))
    assert "remover" in str(objection(["articles", "remover", "a1"]))


@all_pages
def test_every_make_target_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = [shlex.split(code) for code in inline_code(PAGES[page]) if code.startswith("make ")]
    shown += command_lines(PAGES[page])
    named = {word for words in shown if words[0] == "make" for word in words[1:] if word.isalpha() and word.islower()}
    assert named - targets == set()


@all_pages
def test_every_module_that_is_to_be_run_exists(page: str) -> None:
    named = [name for name in re.findall(r"python -m ([\w.]+\w)", PAGES[page]) if name.split(".")[0] in OURS]
    assert [name for name in named if not (PROJECT / f"{name.replace('.', '/')}.py").is_file()] == []


# -- files and links


@all_pages
def test_every_file_and_folder_that_is_named_exists(page: str) -> None:
    assert [path for path in PATH.findall(PAGES[page]) if not (PROJECT / path).exists()] == []


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    folder, broken = (PROJECT / page).parent, []
    # Three pages of the site are files elsewhere: see docs/root_pages.py.
    known = {PROJECT / "docs" / name: PROJECT / source for name, source in root_pages().items()}
    for link in links((PROJECT / page).read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else PROJECT / page
        target = known.get(target, target)
        is_there = target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(target.read_text()))
        broken += [] if is_there else [link]
    assert broken == []


def root_pages() -> dict[str, str]:
    """The pages of the site that are files elsewhere in the project, as the site's own hook names them."""
    code = (PROJECT / "docs/root_pages.py").read_text("utf-8")
    return dict(re.findall(r'^    "([\w-]+\.md)": "([\w./]+)",$', code, re.MULTILINE))


@all_pages
def test_no_path_of_one_machine_is_named(page: str) -> None:
    assert ELSEWHERE.findall(PAGES[page]) == []


# -- examples


def test_readme_is_short() -> None:
    assert len(README.split()) <= 800


EXAMPLES = [(page, number) for page, text in PAGES.items() for number, _ in enumerate(blocks(text, "python"))]


def run(example: str, sample_folder: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run an example in a folder with a library in it, and return its names."""
    shutil.copytree(sample_folder, folder / "my-library")
    (folder / "example.py").write_text(example, encoding="utf-8")
    monkeypatch.chdir(folder)
    return runpy.run_path("example.py")


@pytest.mark.parametrize(("page", "number"), EXAMPLES, ids=[f"{page}-{number}" for page, number in EXAMPLES])
def test_python_example_runs_and_prints(
    page: str,
    number: int,
    sample_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(blocks(PAGES[page], "python")[number], sample_folder, tmp_path, monkeypatch)
    assert capsys.readouterr().out


def test_readme_example_answers(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = blocks(README, "python")
    values = run(example, sample_folder, tmp_path, monkeypatch)
    assert (values["answer"].answer, len(values["documents"])) == ("Usman Ghazi", 5)


def test_readme_shows_what_ask_prints(sample_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_folder, tmp_path / "library")
    words, shown = session(README, "pressmark ask")
    done = CliRunner().invoke(app, [*words[1:], "--library", str(tmp_path / "library")])
    printed = iter(done.output.splitlines())  # what is shown stands in it in this order, "…" for what is left out
    missing = [line for line in shown if not any(one.startswith(line.removesuffix("…")) for one in printed)]
    assert (done.exit_code, missing) == (0, []), done.output


# -- the site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_of_the_site_is_in_it(site: Path) -> None:
    pages = {Path(page).stem for page in PAGES if page.startswith("docs/")} | {Path(page).stem for page in root_pages()}
    assert {path.stem for path in site.glob("*.html")} == pages | {"404"}


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    pages = {path.name: SOURCES.findall(path.read_text("utf-8")) for path in site.glob("*.html")}
    styles = {
        path.name: re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", path.read_text("utf-8"))
        for path in site.rglob("*.css")
    }
    assert {name: found for name, found in (pages | styles).items() if found} == {}
