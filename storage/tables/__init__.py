"""The tables, by subject. Identity (who chats) and answers (what was said of the service) never meet in one row."""

from storage.tables import (
    catalog,
    channels,
    conversations,
    figures,
    forms,
    missed,
    petitions,
    places,
    questions_left,
    unit_settings,
)

__all__ = [
    "catalog",
    "channels",
    "conversations",
    "figures",
    "forms",
    "missed",
    "petitions",
    "places",
    "questions_left",
    "unit_settings",
]
