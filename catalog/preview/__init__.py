"""What a file of procedures would change, row by row, before anything is changed."""
