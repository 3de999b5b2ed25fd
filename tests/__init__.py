"""Tests mirror the packages; shared fixtures live in conftest.py, makers in build.py."""
