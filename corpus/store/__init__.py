"""The store: articles, revisions and passages in one SQLite file, the truth of a library."""
