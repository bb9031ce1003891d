"""Handing work over to the process that owns a library."""
