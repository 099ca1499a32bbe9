"""Reading needs and offers, pairs and good practice. The reader's rights are part of each query."""
