"""The national report: one party's answers in one round, as a paper."""
