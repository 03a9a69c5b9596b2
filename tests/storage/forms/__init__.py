"""Tests of storage/forms."""
