"""Catalog files, texts and lookups."""
