"""Chats: inbox, sessions, outbox, and erasing them."""
