"""Forms about items, updates and their review."""
