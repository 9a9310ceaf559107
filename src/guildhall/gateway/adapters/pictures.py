"""Pictures: images and files, either inside a request as data URLs or elsewhere at an address."""

from typing import NamedTuple

from guildhall.gateway.adapters import reading


class Inside(NamedTuple):
    """Base64 of the thing itself."""

    media_type: str
    base64: str

    @property
    def url(self) -> str:
        """As a data URL."""
        return f"data:{self.media_type};base64,{self.base64}"


class Elsewhere(NamedTuple):
    """Where the provider is to fetch it."""

    url: str


def read(url: str, param: str) -> Inside | Elsewhere:
    """What stands behind a URL. Raises `BadRequestError`."""
    if url.startswith(("https://", "http://")):
        return Elsewhere(url)
    inside = from_data_url(url)
    if inside is None:
        raise reading.invalid(param, "must be an https URL or a data URL in base64")
    return inside


def from_data_url(url: str) -> Inside | None:
    """The content of a data URL in base64; None for anything else."""
    head, comma, content = url.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        return None
    media_type = head.removeprefix("data:").removesuffix(";base64").partition(";")[0]
    return Inside(media_type, content) if "/" in media_type else None
