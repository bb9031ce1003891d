"""Fetching one address: guarded, bounded, polite."""
