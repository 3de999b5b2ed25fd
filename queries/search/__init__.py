"""Search by meaning and by words: passages and entities in one ranked list. A composition: no query text of its own."""
