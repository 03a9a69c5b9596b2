"""The recordings of a unit are listed at the start; what does not fit is named in the log."""

from pathlib import Path

import pytest

from web.recordings import MOST_BYTES, Recordings

SOUND = b"OggS" + bytes(2000)


def test_files_that_are_no_recordings_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its name and the reason in the log; the others are listed."""
    good = {"nhanh-1/vi/overall.mp3", "phuong9-12/hre/q_1.m4a"}
    bad = {
        "nhanh-1/vi/overall.wav", "nhanh-1/overall.mp3", "nhanh/vi/overall.mp3", "nhanh-1/tiếng/overall.mp3",
        "nhanh-1/vi/Câu 1.mp3", "nhanh-1/vi/sâu/overall.mp3", "nhanh-1/vi/empty.mp3", "nhanh-1/vi/large.mp3",
    }  # fmt: skip
    for name in good | bad:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOUND)
    (tmp_path / "nhanh-1/vi/empty.mp3").write_bytes(b"")
    (tmp_path / "nhanh-1/vi/large.mp3").write_bytes(bytes(MOST_BYTES + 1))
    found = Recordings.found_in(tmp_path)
    assert sorted(found.files) == ["nhanh-1/vi/overall", "phuong9-12/hre/q_1"]
    printed = "".join(capsys.readouterr())
    assert [name for name in sorted(bad) if name not in printed] == []
    assert found.address("phuong9", 12, "hre", "q_1") == "/audio/phuong9-12/hre/q_1.m4a"
    assert found.address("phuong9", 12, "vi", "q_1") == ""
    assert Recordings.found_in(tmp_path / "none").files == {}
