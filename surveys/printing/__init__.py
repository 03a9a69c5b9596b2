"""What is printed: posters, slips, ballots and their codes."""
