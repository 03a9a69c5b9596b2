"""What members of staff ask for in a chat."""
