"""Web text: what a page says, without what only a browser needs. Pure."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "canvas"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
        "table", "tr", "ul",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MANY_LINES = re.compile(r"\n\s*\n\s*")


def text_of_html(html: str) -> str:
    """The words of a page in their order, with headings, list marks and the addresses of links."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _MANY_LINES.sub("\n\n", "".join(reader.pieces)).strip()


class _Reader(HTMLParser):
    """Collects text; broken pages are read as far as they go."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []
        self._links: list[str] = []
        self._exact = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n" + _HEADINGS.get(tag, "- " if tag == "li" else ""))
        elif tag in ("td", "th"):
            self.pieces.append(" | ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        self._exact += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://", "/")):
                self.pieces.append(f" ({address})")
        if tag == "pre":
            self._exact = max(0, self._exact - 1)

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._silent:
            self.pieces.append(data if self._exact else re.sub(r"\s+", " ", data))
