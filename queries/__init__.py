"""The questions people ask: a folder each, with its text for every store and one contract."""
