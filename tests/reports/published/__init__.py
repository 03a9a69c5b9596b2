"""Tests of what units publish."""
