"""What callers ask for in headers of their own."""

import pytest

from guildhall.edge.wishes import Wishes, wishes_of


@pytest.mark.parametrize(
    ("headers", "wishes"),
    [
        ([], None),
        ([(b"authorization", b"Bearer x"), (b"host", b"x")], None),
        ([(b"x-request-id", b" job 1 ")], Wishes("job 1")),
        ([(b"x-request-id", b"a\x7f")], None),
        ([(b"x-request-id", b"x" * 65)], None),
        ([(b"x-guildhall-no-log", b"Body")], Wishes(is_private=True)),
        ([(b"x-guildhall-no-log", b"usage, body")], Wishes(is_private=True)),
        ([(b"x-guildhall-no-log", b"nobody")], None),
        ([(b"x-request-id", b"1"), (b"x-guildhall-no-log", b"body")], Wishes("1", is_private=True)),
        ([(b"idempotency-key", b" k 1 ")], Wishes(idempotency_key="k 1")),
        ([(b"idempotency-key", b"")], Wishes(idempotency_key="")),
        ([(b"idempotency-key", b"k"), (b"x-guildhall-no-log", b"body")], Wishes(is_private=True)),
    ],
)
def test_only_what_can_be_kept_is_read(headers: list[tuple[bytes, bytes]], wishes: Wishes | None) -> None:
    assert wishes_of(headers) == wishes
