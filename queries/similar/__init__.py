"""Passages near another in meaning."""
