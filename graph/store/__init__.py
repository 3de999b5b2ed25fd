"""Where facts are kept: one interface, its homes, and the text of every statement they run."""
