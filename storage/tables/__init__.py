"""The tables, by subject. Identity (who chats) and answers (what was said of the service) never meet in one row."""

from storage.tables import channels, conversations, figures, forms, missed, places

__all__ = ["channels", "conversations", "figures", "forms", "missed", "places"]
