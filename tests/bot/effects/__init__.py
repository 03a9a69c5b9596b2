"""Tests of bot/effects."""
