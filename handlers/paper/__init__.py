"""Paper ballots, typed in or read from a spreadsheet."""
