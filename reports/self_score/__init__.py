"""The unit's own score for the PAR index and the nine indicators."""
