"""Tests of handlers/staff."""
