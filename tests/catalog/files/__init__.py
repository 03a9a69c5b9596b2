"""Files of every kind, as offices have them."""
