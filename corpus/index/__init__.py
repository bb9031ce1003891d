"""The dense index over the store: exact search, Chroma, its generations, and its inspection."""
