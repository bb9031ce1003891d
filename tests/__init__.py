"""The tests; `tests.trials` holds programs that measure, `tests.support` what tests share, `DATA` their files."""

from pathlib import Path

PROJECT = Path(__file__).parent.parent
DATA = PROJECT / "tests" / "data"
