"""A real Neo4j server for tests (server.py, server/), and what only a Neo4j store can be asked."""
