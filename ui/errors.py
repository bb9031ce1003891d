"""ui.errors."""

from __future__ import annotations

FAILED, WRONG_USAGE, IN_PART, BELOW_MINIMUM = 1, 2, 3, 4
"""Exit statuses; 0 is done."""


class WrongUsageError(Exception):
    """A command that cannot be carried out as it was written; the exit status is 2."""
