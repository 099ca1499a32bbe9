"""Read-only pages across features: home and the state of play."""
