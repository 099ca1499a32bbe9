"""People, their memberships, signing in, and what they may do."""
