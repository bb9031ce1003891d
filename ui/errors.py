"""The exit statuses of the command line, and the error for wrong usage."""

from __future__ import annotations

FAILED, WRONG_USAGE, IN_PART, BELOW_MINIMUM = 1, 2, 3, 4
"""Exit statuses; 0 is done."""


class WrongUsageError(Exception):
    """The command was written wrongly; the exit status is 2."""
