"""Going back: what is reversed, what stays because it was edited since, what cannot be reversed."""

from dataclasses import replace

from catalog.entries import Entry
from catalog.history import Change, Restoration, returned, undone

OLD = Entry("1.001193", "Đăng ký khai sinh", fee="Miễn phí")
DEAR = replace(OLD, fee="8.000 đồng")
CHEAP = replace(OLD, fee="5.000 đồng")


def test_one_version_is_undone() -> None:
    """Changed ones get their text back, new ones go, those changed since stay, those not as written are named."""
    added, later, odd = Entry("1.000001", "Mới"), Entry("1.000002", "Sửa sau"), Entry("1.000003", "Lạ")
    changes = [
        Change(5, OLD.code, OLD, DEAR),
        Change(5, added.code, None, added),
        Change(5, later.code, None, later),
        Change(5, odd.code, None, odd),
        Change(6, later.code, later, replace(later, time="1 ngày")),
    ]
    stored = {OLD.code: DEAR, added.code: added, later.code: replace(later, time="1 ngày"), odd.code: DEAR}
    found = undone(5, changes, stored)
    assert found == Restoration({OLD.code: OLD, added.code: None}, (later.code,), (odd.code,))
    assert (found.entries, found.removed) == ((OLD,), (added.code,))
    assert undone(5, changes[:1], {OLD.code: OLD}) == Restoration()


def test_a_state_is_returned_to_over_several_versions() -> None:
    """The text before the first of the versions comes back, but not over what somebody edited by hand."""
    changes = [Change(5, OLD.code, OLD, DEAR), Change(6, OLD.code, DEAR, CHEAP)]
    assert returned(changes, {OLD.code: CHEAP}) == Restoration({OLD.code: OLD})
    assert returned([changes[0], replace(changes[1], by_hand=True)], {OLD.code: CHEAP}) == Restoration(kept=(OLD.code,))
