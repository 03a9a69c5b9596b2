"""Tests of handlers/paper."""
