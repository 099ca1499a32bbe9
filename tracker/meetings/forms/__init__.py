"""Forms of meetings and rounds."""
