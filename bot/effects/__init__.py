"""Carrying out the effects of turns."""
