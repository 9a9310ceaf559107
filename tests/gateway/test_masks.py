"""What is taken out of words before they are kept, and which patterns an admin may add."""

import time

import pytest

from guildhall.gateway.masks import Masks, masks_of, require_bounded

OPEN = (
    "a+",
    "a*",
    ".{1,}",
    "(ab|cd){1,9}",
    "(a{1,9}){1,9}",
    r"(a)\1",
    "a?",
    "",
    "(",
    "x" * 201,
    r"\d{1,256}\w{1,256}",
    "a{1,999}",
)
BOUNDED = ("acme", r"ACME-\d{6,8}", "[A-Z]{2}\\d{1,20}", "(?:one|two) secret", r"\bproject \w{1,40}\b", "(?i)hush")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ada.l+x@mail.example.org now", "write to [e-mail] now"),
        ("key sk" + "-proj-abcdefghijklmnop1234 used", "key [key] used"),
        ("gh" + "-abcdefgh_ijklmnopqrstuvwxyz", "[key]"),
        ("Authorization: Bearer abcdefghijklmnopqrst", "Authorization: [key]"),
        ("AKIA" + "IOSFODNN7EXAMPLE", "[key]"),
        ("eyJ" + "hbGciOiJI.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl", "[key]"),
        ("pay 4111 1111 1111 1111 please", "pay [card] please"),
        ("order 4111 1111 1111 1112 stays", "order 4111 1111 1111 1112 stays"),
        ("call 2026-11-21 or 12345", "call 2026-11-21 or 12345"),
    ],
)
def test_addresses_keys_and_cards_are_taken_out(text: str, masked: str) -> None:
    assert Masks().masked(text.encode()) == masked.encode()


def test_each_mask_can_be_left_out_and_own_patterns_added() -> None:
    text = b"ada@example.org ACME-123456 4111111111111111"
    masks = masks_of(emails=False, keys=False, cards=False, own=[r"ACME-\d{6}"])
    assert masks.masked(text) == b"ada@example.org [masked] 4111111111111111"
    nothing = masks_of(emails=False, keys=False, cards=False, own=[])
    assert (bool(nothing), nothing.masked(b"\xff\0")) == (False, b"\xff\0")


@pytest.mark.parametrize("pattern", OPEN)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        require_bounded(pattern)


@pytest.mark.parametrize("pattern", BOUNDED)
def test_a_bounded_pattern_is_taken(pattern: str) -> None:
    assert require_bounded(pattern) == pattern


@pytest.mark.parametrize(
    "text", ["a" * 65_536, "eyJ" * 20_000, "1" * 65_536, "1 " * 30_000, "a.b@" * 16_000, "sk-" * 20_000]
)
def test_masking_the_worst_of_texts_takes_little_time(text: str) -> None:
    masks = masks_of(emails=True, keys=True, cards=True, own=[p for p in BOUNDED if p != "(?i)hush"])
    began = time.perf_counter()
    masks.masked(text.encode())
    assert time.perf_counter() - began < 1.0
