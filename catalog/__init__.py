"""The published procedures: entries, importers, Vietnamese text, the search index and its live swap."""
