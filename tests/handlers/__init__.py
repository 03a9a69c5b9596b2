"""Messages, sessions and cutting of the conversation core."""
