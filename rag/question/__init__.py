"""A question as typed → `Query`: standalone, with its filters, its kind and its names."""
