"""Documents become statements: readers, passages, extractors, linking, runs."""
