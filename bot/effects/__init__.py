"""What a turn needs from outside, carried out."""
