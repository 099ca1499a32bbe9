"""Needs and offers: what parties ask each other for and what they can share; the register of good practice."""
