"""Text of articles: sentences, addresses, copies, and what differs between two revisions."""
