"""The conversation core: what is said, decided without any input or output, and the one shell around it."""
