"""Raw documents → articles → passages."""
