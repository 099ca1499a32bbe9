"""Charts of the state of play as pictures for slides."""
