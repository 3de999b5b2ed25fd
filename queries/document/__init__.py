"""A document: its passages and what it says."""
