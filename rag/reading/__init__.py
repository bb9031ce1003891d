"""Ranked passages → candidate answers and the sentences that tell them."""
