"""Items, their updates in each round, and the Secretariat's review."""
