"""Everything a party has said on a theme over the years, as text to use again in other questionnaires."""
