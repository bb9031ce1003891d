"""Candidates → the answer: choosing, confidence, composing."""
