"""Finding texts across the tracker, as far as the reader may read them."""
