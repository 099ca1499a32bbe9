"""Pages about items, updates and their review."""
