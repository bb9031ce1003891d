"""What all tests share: a filled sample library, the folder of measuring data, and what no test may do.

PRESSMARK_DATA=FOLDER      where the measuring data is; by default ../shared/data beside the project
PRESSMARK_NO_SKIP=1        a test that is skipped has failed
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"  # before any test imports a library that reads it

import pytest
from hypothesis import settings

from corpus import Library, sample_articles
from ingest import ingest
from tests import PROJECT

settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")
NO_SKIP = os.environ.get("PRESSMARK_NO_SKIP") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    return _counted((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _counted((yield))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are numbered: packed ones hold the time, and two processes that share the tests must name them alike."""
    return argname if isinstance(val, bytes) else None


def _counted(report: Any) -> Any:
    """The report, as a failure when it is of a skip and nothing may be skipped."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (nothing may be skipped: PRESSMARK_NO_SKIP=1)"
    return report


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The default library of whoever runs the tests is not touched: theirs is a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PRESSMARK_LIBRARY", raising=False)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The measuring data; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("PRESSMARK_DATA") or PROJECT / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip(f"no measuring data at {folder}: set PRESSMARK_DATA")
    return folder


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed library with the sample articles, embedded by the real model; for copying."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    with Library.open(folder) as library:
        report = ingest(library, [sample_articles()])
    assert report.added > 0, report
    assert not report.failed, report
    return folder


@pytest.fixture(scope="session")
def sample_library(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample library, open, shared by all tests: not to be written to."""
    with _copied(sample_folder, tmp_path_factory.mktemp("shared") / "library") as library:
        yield library


@pytest.fixture
def sample_copy(sample_folder: Path, tmp_path: Path) -> Iterator[Library]:
    """A copy of the sample library, open, for one test to write to."""
    with _copied(sample_folder, tmp_path / "sample-copy") as library:
        yield library


def _copied(folder: Path, target: Path) -> Library:
    shutil.copytree(folder, target)
    return Library.open(target)
