"""The channels at the wire: payload to message, reply to call, and the same words everywhere."""
