"""Tests of handlers/unit_settings."""
