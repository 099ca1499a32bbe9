"""Forms of the log and of redaction."""
