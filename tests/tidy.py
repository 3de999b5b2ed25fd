"""File hygiene for the pre-commit hook and its test: `python -m tests.tidy FILES` exits 1 and names what is untidy."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LARGEST = 3_000_000
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)


def untidy(path: Path) -> list[str]:
    """Return what is wrong with a text file, one line each."""
    data = path.read_bytes()
    if len(data) > LARGEST:
        return [f"{path}: {len(data)} bytes; large files do not belong in the repository"]
    text = data.decode("utf-8")
    found = []
    if "\r\n" in text:
        found.append(f"{path}: Windows line ends")
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        found.append(f"{path}: has to end with one newline")
    if trailing := _TRAILING.search(text):
        found.append(f"{path}: trailing space in line {text.count(chr(10), 0, trailing.start()) + 1}")
    if _CONFLICT.search(text):
        found.append(f"{path}: conflict marks")
    return found


def main(names: list[str]) -> int:
    found = [line for name in names for line in untidy(Path(name))]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
