"""Tests of handlers/own."""
