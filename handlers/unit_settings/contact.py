"""A unit's telephone, address and hours, as citizens read them."""

from collections.abc import Mapping

from handlers.unit_settings.notices import Wrong, one_line
from handlers.world import CONTACT_KEYS

LONGEST = 200
# The shortest telephone numbers have three: 113, 114, 115.
_FEWEST_DIGITS = 3


def checked(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed of CONTACT_KEYS, each in one line; Wrong for a telephone without a number or a long text.

    What is left blank stays blank.
    """
    values = {key: one_line(typed[key], LONGEST) for key in CONTACT_KEYS if key in typed}
    phone = values.get("phone", "")
    if phone and sum(map(str.isdecimal, phone)) < _FEWEST_DIGITS:
        raise Wrong("phone", text=phone)
    return values
