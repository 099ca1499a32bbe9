"""Reading items and updates."""
