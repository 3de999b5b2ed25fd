"""What is done to the content of a page before pypdf reads it."""

from __future__ import annotations

import pytest

from ingest.read.pdf import _KERNED, _without_kerning


@pytest.mark.parametrize(
    ("content", "shorter"),
    [
        (b"[<01>2<0203>-3<04>]TJ", b"[<01020304> -1.00]TJ"),
        (b"[(Od)20(der)-250(has)]TJ", b"[(Odder) 20.00 -250 (has)]TJ"),
        (b"[<1>2<02>]TJ", b"[<1> 2.00 <02>]TJ"),  # an odd digit stands for two, with a zero behind it
        (rb"[(a\5)1(3)]TJ", rb"[(a\5) 1.00 (3)]TJ"),  # joined, the octal escape would be another letter
        (rb"[(a\)\()0(b)] TJ", rb"[(a\)\(b)]TJ"),
        (b"(no [<01>2<02>] array) Tj", b"(no [<01>2<02>] array) Tj"),
    ],
)
def test_strings_are_joined_where_only_kerning_is_between_them(content: bytes, shorter: bytes) -> None:
    assert _KERNED.sub(_without_kerning, content) == shorter


def test_width_taken_out_is_given_back_in_parts_too_small_for_a_space() -> None:
    array = b"[" + b"<01>-60" * 20 + b"]TJ"
    joined = _KERNED.sub(_without_kerning, array)
    offsets = [float(part) for part in joined.removeprefix(b"[<" + b"01" * 20 + b">").removesuffix(b"]TJ").split()]
    assert sum(offsets) == pytest.approx(-1200, abs=0.2)
    assert min(offsets) > -75


@pytest.mark.timeout(20)
def test_an_array_that_never_ends_is_passed_over_without_going_back() -> None:
    content = b"[" + b"12345678" * 20_000 + b"<01>(a" * 1000
    assert _KERNED.sub(_without_kerning, content) == content
