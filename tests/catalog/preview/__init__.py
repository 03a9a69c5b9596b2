"""Tests of the preview of catalog files."""
