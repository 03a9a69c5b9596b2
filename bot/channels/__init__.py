"""Where people write and are answered: one file for each channel, and delivery."""
