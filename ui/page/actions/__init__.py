"""What a press of a button does: ask, open, search, add and remove articles."""
