"""Passages → vectors: the embedding model and its compiled copy."""
