"""Language models as an option: prompting, reading the reply, verifying it."""
