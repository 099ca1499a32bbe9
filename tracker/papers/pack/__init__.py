"""The meeting's papers, made from a snapshot."""
