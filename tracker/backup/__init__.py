"""Backup and restore: one archive that every engine reads. How it is built and why: ``docs/adr/0013``."""
