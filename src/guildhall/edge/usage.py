"""Usage: what a call consumed, as its provider counted it."""

import msgspec


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens as the provider counted them; `cached` and `cache_write` are part of `input`, `reasoning` of `output`."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cache_write_tokens: int = 0
