"""Where the transcripts are."""

from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts"
