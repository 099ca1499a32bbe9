"""Looking after what is kept: the page of the log, redaction, and forgetting what has been kept long enough."""
