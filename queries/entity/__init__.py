"""An entity with its facts, each with its evidence."""
