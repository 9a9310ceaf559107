"""Secrets at rest: AES-256-GCM envelopes `v1:<key id>:<nonce and ciphertext>` under a ring of keys.

The first key encrypts, all decrypt. The associated data ties a ciphertext to its row, so that one swapped between rows
does not open.
"""

import base64
import contextlib
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guildhall.core.errors import ConflictError
from guildhall.core.settings import Settings

_WEAK = {b"\0" * 32, b"changeme" * 4}


class UndecryptableError(ConflictError):
    """A stored secret that no key of the ring opens: it must be entered again, or its key be given back."""


Keys = tuple[tuple[str, bytes], ...]


class KeyFile:
    """The file that holds keys, read again when it has changed: a key added to it is used without a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: Keys = ()

    def keys(self) -> Keys:
        """The keys it holds now; the last ones known while it can't be read."""
        with contextlib.suppress(OSError, ValueError):
            found = self._path.stat()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._keys = parse_keys(self._path.read_text())
                self._seen = seen
        return self._keys


@dataclass(frozen=True)
class Keyring:
    """Keys by id, newest first."""

    given: Keys
    file: KeyFile | None = None

    @property
    def keys(self) -> Keys:
        """The keys as they are now."""
        return (self.file.keys() if self.file else ()) or self.given

    def is_newest(self, token: str) -> bool:
        """Whether `token` was sealed with the key that seals now."""
        return token.startswith(f"v1:{self.keys[0][0]}:")

    def encrypt(self, plaintext: str, *, aad: str) -> str:
        """Seal `plaintext` for the row named by `aad`."""
        kid, key = self.keys[0]
        nonce = os.urandom(12)
        sealed = AESGCM(key).encrypt(nonce, plaintext.encode(), aad.encode())
        return f"v1:{kid}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, token: str, *, aad: str) -> str:
        """Open what `encrypt` sealed for the same row. Raises `UndecryptableError`."""
        version, _, rest = token.partition(":")
        kid, _, sealed = rest.partition(":")
        key = dict(self.keys).get(kid)
        if version != "v1" or key is None:
            raise UndecryptableError("secret_undecryptable", "A stored secret was sealed with an unknown key.")
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return AESGCM(key).decrypt(raw[:12], raw[12:], aad.encode()).decode()
        except (InvalidTag, ValueError):
            raise UndecryptableError("secret_undecryptable", "A stored secret does not open.") from None

    def derive(self, purpose: str) -> list[tuple[str, bytes]]:
        """Keys for another purpose (signing tokens…), each with its id, newest first."""
        return [(kid, hashlib.blake2b(purpose.encode(), key=key, digest_size=32).digest()) for kid, key in self.keys]


def load_keyring(settings: Settings) -> Keyring:
    """The ring from the settings, or from `secret.key` in the data folder, which is made when absent.

    Raises ValueError with one plain sentence when a key is malformed or well known.
    """
    text = settings.secret_keys.get_secret_value()
    if text:
        return Keyring(parse_keys(text))
    path = settings.data_dir / "secret.key"
    return Keyring(parse_keys(_key_file(path)), KeyFile(path))


def parse_keys(text: str) -> Keys:
    """Keys from their comma-separated text, newest first. Raises ValueError with one plain sentence."""
    keys = tuple(_parse(part.strip()) for part in text.split(",") if part.strip())
    if not keys:
        raise ValueError("GUILDHALL_SECRET_KEYS, or the file secret.key in the data folder, holds no key.")
    return keys


def new_key() -> str:
    """A random key as text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _parse(text: str) -> tuple[str, bytes]:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != 32 or key in _WEAK:
        raise ValueError("GUILDHALL_SECRET_KEYS must hold keys of 32 random bytes in base64url.")
    return hashlib.sha256(key).hexdigest()[:8], key


def _key_file(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret-") as file:  # made with mode 0600
            file.write(new_key())
            file.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster: its key is the key
                os.link(file.name, path)
    return path.read_text()
