"""Charts: figures, their geometry, and the same figures as a table. Nothing here asks the database."""
