"""Which of Telegram's chats several people read, known before its library is loaded."""


def is_group(chat: str) -> bool:
    """Tell a group or channel from a person by its id (https://core.telegram.org/bots/api#chat: they are negative)."""
    return chat.startswith("-")
