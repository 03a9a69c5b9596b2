"""Reading of tables for every import: what a file really is, its sheets, its header, its rows as records.

`opening` says what a file is and keeps the limits; `workbook`, `old_workbook` and `delimited` give
the sheets of one format each; `header` finds the titles; `records` gives the rows below them and says what it left out.
"""
