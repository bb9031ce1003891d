"""`Query` → ranked passages."""
