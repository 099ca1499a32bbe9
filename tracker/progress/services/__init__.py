"""What people do with items and updates. Nothing here commits; the caller does."""
