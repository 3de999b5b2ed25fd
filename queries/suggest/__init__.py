"""Suggestions while somebody types: entities by the beginning of a name. A composition: no query text of its own."""
