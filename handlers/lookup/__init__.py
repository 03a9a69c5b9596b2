"""Questions about procedures and their answers."""
