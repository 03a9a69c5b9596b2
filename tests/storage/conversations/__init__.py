"""Tests of storage/conversations."""
