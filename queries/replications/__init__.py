"""Which pilots and solutions were replicated where, step after step."""
