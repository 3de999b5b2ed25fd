"""Bytes become text: the encoding is found or guessed, and said."""

from __future__ import annotations

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY: Final = (
    "cp125",
    "iso8859",
    "latin",
    "utf",
    "koi8",
    "gb",
    "big5",
    "shift",
    "euc",
    "cp932",
    "cp949",
    "tis",
    "mac_cyrillic",
)
_SAMPLE: Final = 60_000


def decode(data: bytes, charset: str = "", *, guess: bool = True) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the name of its encoding, and notes for the user.

    A byte order mark decides, then valid UTF-8, then the declared charset, then a guess. Text that is UTF-8 but for a few
    broken bytes is read as UTF-8 with replacement characters. Without `guess`, which takes time, cp1252 stands in for it:
    enough for who looks only at the ASCII of a text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict_or_replaced(data, encoding)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        pass
    if charset:
        try:
            if codecs.lookup(charset).name != "utf-8":
                return data.decode(charset), codecs.lookup(charset).name, ()
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    text = data.decode("utf-8", "replace")
    broken, whole = text.count("\ufffd"), sum(1 for letter in text[:_SAMPLE] if letter > "\x7f")
    if broken * 5 <= whole:
        return text, "utf-8", (f"{broken} broken bytes were replaced",)
    if not guess:
        return data.decode("cp1252", "replace"), "cp1252", ()
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    # On short texts the guess falls for code pages of DOS and old Macs, which hardly any file of today has.
    encoding = best.encoding if best is not None and best.encoding.startswith(_LIKELY) else "cp1252"
    try:
        return data.decode(encoding), encoding, (f"encoding guessed: {encoding}",)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace"), "cp1252", ("encoding guessed: cp1252",)


def _strict_or_replaced(data: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    name = encoding.removesuffix("-sig")
    try:
        return data.decode(encoding), name, ()
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return text, name, (f"{text.count(chr(0xFFFD))} broken bytes were replaced",)
