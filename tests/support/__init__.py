"""Fakes, servers and material that several tests use."""
