"""Tests of handlers/rating."""
