"""Bytes → text, and text → clean text: encodings, markup, lengths."""
