"""What the Secretariat does with meetings and rounds. Nothing here commits; the caller does."""
