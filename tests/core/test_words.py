"""Text as words of a full-text index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.words import for_postgres, for_sqlite, holds, places_of, terms_of, words_of


def test_words_of_several_scripts() -> None:
    assert words_of("Hello, World_2!") == "hello world 2"
    assert words_of("计费系统") == "计费 费系 系统 统"
    assert words_of("用Python写") == "用 python 写"
    assert words_of("ＦＵＬＬ Straße") == "full strasse"
    assert words_of("x", "us01") == "us01 x"


def test_what_is_looked_for() -> None:
    assert for_sqlite(terms_of("Hello 计费系统")) == '"hello"* AND "计费 费系 系统"'
    assert for_postgres(terms_of("Hello 计费系统")) == "'hello':* & ('计费' <-> '费系' <-> '系统')"
    assert for_sqlite(terms_of("品")) == '"品"*'
    assert terms_of("!? _") == []


def test_where_terms_are() -> None:
    assert places_of(terms_of("费系 new"), "计费系统 is New") == [(1, 3), (8, 11)]
    assert places_of(terms_of("hall"), "Guildhall's halls, 大hall, a_hall") == [(12, 16), (20, 24), (28, 32)]
    assert places_of([], "text") == []


def test_a_short_text_holds_what_its_index_would_find() -> None:
    for query in ("guild", "GUILD hall", "税务", "年终税", "结", "ｇｕｉｌｄ"):
        assert holds("Guild Hall 2026: 年终税务总结", terms_of(query)), query
    for query in ("uild", "guild 2027", "税总", "guildhall"):
        assert not holds("Guild Hall 2026: 年终税务总结", terms_of(query)), query


@given(st.text(max_size=200))
def test_expressions_hold_only_words(text: str) -> None:
    words = words_of(text)
    assert not set("\"'*&|!():<>\\") & set(words)
    assert for_sqlite(terms_of(text)).count('"') % 2 == 0


@pytest.mark.parametrize("length", [15_999, 40_000])
def test_a_long_text_is_cut(length: int) -> None:
    assert len(words_of("a " * length).split()) == min(length, 16_000)
