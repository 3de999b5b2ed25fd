"""Zip containers of office files, looked at before a library unpacks them."""

from __future__ import annotations

import io
import zipfile
import zlib

from ingest.errors import SkipDocument
from ingest.read.base import Limits

FREE: int = 10_000_000  # bytes that may be packed as tightly as they like
MOST_MEMBERS: int = 20_000


def checked(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the archive; raise SkipDocument for a damaged, encrypted or exploding one, or one with tricks in its names."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, IndexError, NotImplementedError, UnicodeDecodeError):
        raise SkipDocument(
            "the file is damaged or cut off: its zip container cannot be opened; get it again, or save it anew"
        ) from None
    if any(member.flag_bits & 1 for member in members):
        raise SkipDocument("encrypted; save it without a password")
    if len(members) > MOST_MEMBERS:
        raise SkipDocument(f"{len(members)} files packed in it, more than a document has")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked or (unpacked > FREE and unpacked > limits.ratio * max(1, len(data))):
        raise SkipDocument(
            f"it would unpack to {unpacked / 1e6:.0f} MB from {len(data) / 1e6:.1f} MB (a zip bomb); not read."
            " Where you trust it, save it anew"
        )
    for member in members:
        if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
            raise SkipDocument("a name inside the container leads out of it (an attack, or a damaged file); not read")
    return archive


def member(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Return the bytes of one member, however long its header says it is; raise SkipDocument past the limit."""
    try:
        with archive.open(name) as file:
            data = file.read(limits.unpacked + 1)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SkipDocument(f"damaged: {name} in it cannot be unpacked ({type(error).__name__})") from None
    if len(data) > limits.unpacked:
        raise SkipDocument("a zip bomb: a part of it unpacks past the limit; not read")
    return data
