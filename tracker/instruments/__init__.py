"""Declarations, statements and strategies; their commitments, themes and indicators."""
