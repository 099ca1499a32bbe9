"""Speaking points: half a page for the tour of the table, from a party's own answers."""
