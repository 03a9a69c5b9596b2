"""How long what is stored about people stays; the nightly job deletes it, and the notices quote these."""

from datetime import timedelta

# The page's visitors are random numbers of ours, and they see their conversation for as long as their cookie lasts.
CHAT_PAGE = timedelta(days=30)
# A messenger's chat number belongs to a person: it stays while one conversation may go on.
MESSENGERS = timedelta(days=7)
MISSES = timedelta(days=180)
# A year and a month, so that a period can be held against that of the year before.
COUNTS = timedelta(days=400)
REQUESTS = timedelta(days=731)
