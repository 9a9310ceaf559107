"""What a web page says."""

from hypothesis import given
from hypothesis import strategies as st

from guildhall.engines.builtin.web_text import text_of_html

PAGE = """<!doctype html><html><head><title>T</title><style>p{}</style></head><body><script>alert(1)</script>
<h1>The  hall</h1><p>Come <b>in</b>,
please: <a href="https://example.org/door">the door</a>.</p><ul><li>one</li><li>two</li></ul>
<pre>a
  b</pre><table><tr><td>1</td><td>2</td></tr></table></body></html>"""


def test_words_come_in_order_with_headings_lists_links_and_code() -> None:
    text = text_of_html(PAGE)
    assert text.startswith("# The hall")
    assert "Come in, please: the door (https://example.org/door)." in text
    assert "- one" in text
    assert "a\n  b" in text
    assert "| 1 | 2" in text
    assert "alert" not in text


@given(st.text(alphabet="<>/abp re\"'=!-&;", max_size=200))
def test_broken_pages_are_read_as_far_as_they_go(html: str) -> None:
    text_of_html(html)
