"""Charts: figures, their geometry, and the same figures as a table. Only ``reading`` asks the database."""
