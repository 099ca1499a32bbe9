"""Sample people and updates, every one labelled as sample."""
