"""Check that the lock files are what pyproject.toml asks for; with --write, write them."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {"requirements.lock": ["build"], "requirements-test.lock": ["build", "test"]}
HEADER = "# Versions and hashes of everything that is installed. Written by `make lock` from pyproject.toml.\n"


def compile_lock(name: str, current: str) -> str:
    """Return what a lock file should hold; versions that still fit stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name
        target.write_text(current, "utf-8")
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
                   "--no-emit-index-url", "--no-annotate", "--no-header", "--no-config", "pyproject.toml",
                   "--output-file", str(target)]  # fmt: skip
        for extra in LOCKS[name]:
            command += ["--extra", extra]
        if name != "requirements.lock":
            command += ["--constraint", "requirements.lock"]
        command[0] = str(Path(sys.executable).with_name("uv"))
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 -- our own command line
        return HEADER + target.read_text("utf-8").removeprefix(HEADER)


def main() -> int:
    """Compare, or write."""
    stale = []
    for name in LOCKS:
        path = ROOT / name
        current = path.read_text("utf-8") if path.exists() else ""
        wanted = compile_lock(name, current)
        if "--write" in sys.argv:
            path.write_text(wanted, "utf-8")
        elif wanted != current:
            stale.append(name)
    if stale:
        print(f"not current: {', '.join(stale)}; run `make lock`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
