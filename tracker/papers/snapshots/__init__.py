"""The state of play frozen for a meeting: one canonical text with a hash, never changed, comparable with any other."""
