"""Output: what a command has written, bounded: its first part and its last are kept, the rest is counted."""

from dataclasses import dataclass

_LONGEST_CHARACTER = 4  # bytes of UTF-8


@dataclass(frozen=True)
class Piece:
    """Text from one place of an output on.

    `next_offset` is where to read on (bytes); `left_out` counts bytes in between that are not kept any more.
    """

    text: str
    next_offset: int
    left_out: int


class Output:
    """Bytes go in, text comes out; no more than `most_bytes` (and half as much again for a moment) is held."""

    def __init__(self, most_bytes: int) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.head_bytes = most_bytes // 2
        self._tail_bytes = most_bytes - self.head_bytes
        self._is_closed = False
        self.total_bytes = 0

    @property
    def left_out(self) -> int:
        """How many bytes of the middle are not kept."""
        return self.total_bytes - len(self._head) - len(self._tail)

    @property
    def text(self) -> str:
        """All that is kept, with a line in the middle that says what is not."""
        if not self.left_out:
            return _decode(self._head + self._tail)
        return _decode(self._head) + left_out_line(self.left_out) + _decode(_from_whole(self._tail))

    def append(self, chunk: bytes) -> None:
        """The command has written this."""
        self.total_bytes += len(chunk)
        room = self.head_bytes - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[max(room, 0) :][-self._tail_bytes :]
        if len(self._tail) > 2 * self._tail_bytes:
            del self._tail[: -self._tail_bytes]

    def close(self) -> None:
        """Nothing comes any more: half a character at the end is shown as it is; the tail gets its final size."""
        self._is_closed = True
        del self._tail[: -self._tail_bytes]

    def since(self, offset: int) -> Piece:
        """What came after the first `offset` bytes, up to the last whole character."""
        tail_begins = self.total_bytes - len(self._tail)
        if offset < len(self._head):
            kept = self._head[offset:]
            if tail_begins > len(self._head):  # the rest is another piece, so that the gap shows between them
                return Piece(_decode(kept), len(self._head), 0)
            kept += self._tail
        else:
            kept = self._tail[max(offset - tail_begins, 0) :]
        left_out = max(tail_begins - offset, 0) if offset >= len(self._head) else 0
        if left_out:
            kept = _from_whole(kept)
        whole = kept if self._is_closed else _to_whole(kept)
        return Piece(_decode(whole), self.total_bytes - (len(kept) - len(whole)), left_out)


def left_out_line(count: int) -> str:
    """How a text says that so many bytes are missing here."""
    return f"\n[… {count:,} bytes left out …]\n"


def _decode(kept: bytes | bytearray) -> str:
    """Text that every database and browser takes: what is not UTF-8, and NUL, become the replacement character."""
    return kept.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _from_whole(kept: bytearray) -> bytearray:
    """Without the end of a character that was cut in two, at the beginning."""
    for index in range(min(_LONGEST_CHARACTER, len(kept))):
        if kept[index] & 0xC0 != 0x80:
            return kept[index:]
    return kept


def _to_whole(kept: bytearray) -> bytearray:
    """Without the beginning of a character whose rest has not come yet, at the end."""
    for length in range(1, min(_LONGEST_CHARACTER, len(kept) + 1)):
        first = kept[-length]
        if first & 0xC0 == 0x80:
            continue
        wanted = 2 if first & 0xE0 == 0xC0 else 3 if first & 0xF0 == 0xE0 else 4 if first & 0xF8 == 0xF0 else 1
        return kept[:-length] if wanted > length else kept
    return kept
