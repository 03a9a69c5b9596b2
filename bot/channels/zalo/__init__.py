"""Zalo Official Accounts: the wire, tokens, what is received and what is sent."""
