"""Processes that read documents: one beside this one, or a cluster."""
