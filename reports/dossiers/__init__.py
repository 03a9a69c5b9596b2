"""Dossiers from the e-one-stop software: reading exports, figures, what is due, apologies."""
