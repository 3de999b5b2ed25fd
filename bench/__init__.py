"""What is measured. Each module prints a table and asserts nothing about time: `python -m bench` lists and runs them."""
