"""Entries that tests of the catalog share."""

from hypothesis import strategies as st

from catalog.entries import TEXT_KEYS, Entry, Way

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CODES = st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True)
WAYS = st.fixed_dictionaries({"channel": TEXT}, optional={"time": TEXT, "fee": TEXT, "note": TEXT})
ENTRIES = st.builds(
    lambda texts, ways, unchecked: Entry(**texts, ways=tuple(Way(**way) for way in ways), unchecked=tuple(unchecked)),
    st.fixed_dictionaries(
        {"code": CODES, "name": TEXT.filter(bool)},
        optional={key: TEXT for key in TEXT_KEYS if key not in ("code", "name")},
    ),
    st.lists(WAYS, max_size=2),
    st.lists(st.sampled_from(TEXT_KEYS), unique=True, max_size=3),
)
