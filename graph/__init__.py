"""The shared language and where facts are kept: model, schema, store, vocabulary, places, embedder."""
