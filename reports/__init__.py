"""Answers turned into figures: periods, rates, one report value, and the ways to show it."""
