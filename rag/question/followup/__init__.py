"""Follow-up questions → standalone questions."""
