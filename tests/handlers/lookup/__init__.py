"""Tests of handlers/lookup."""
