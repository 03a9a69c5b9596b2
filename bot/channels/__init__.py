"""Channels, one file each, and the delivery of replies."""
