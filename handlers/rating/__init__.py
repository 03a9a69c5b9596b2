"""The survey in a chat, and the citizen's consent to be written to."""
