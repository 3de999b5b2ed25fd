"""The commands of `twintown`, one module for each group; api/cli.py lists them and imports one only when it is called."""
