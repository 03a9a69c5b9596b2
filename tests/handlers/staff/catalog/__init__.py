"""The way of a file into the catalog."""
