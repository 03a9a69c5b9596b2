"""How long data about people is kept. The nightly job deletes older data, and the notices quote these times."""

from datetime import timedelta

# Visitors of the page are known by a random number, and see their conversation as long as their cookie lasts.
CHAT_PAGE = timedelta(days=30)
# A messenger's chat number belongs to a person: it stays while one conversation may go on.
MESSENGERS = timedelta(days=7)
MISSES = timedelta(days=180)
# A year and a month, so that a period can be compared with that of the year before.
COUNTS = timedelta(days=400)
REQUESTS = timedelta(days=731)
