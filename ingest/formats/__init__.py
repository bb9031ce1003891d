"""File formats → raw documents."""
