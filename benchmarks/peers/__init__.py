"""Bare bots to compare with: they echo and keep nothing."""
