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

from guildhall.core.errors import AppError
from guildhall.core.settings import Settings

_WEAK = {b"\0" * 32, b"changeme" * 4}


class UndecryptableError(AppError):
    """A stored secret that no key of the ring opens."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, newest first."""

    keys: tuple[tuple[str, bytes], ...]

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
    text = settings.secret_keys.get_secret_value() or _key_file(settings.data_dir / "secret.key")
    keys = tuple(_parse(part.strip()) for part in text.split(",") if part.strip())
    if not keys:
        raise ValueError("GUILDHALL_SECRET_KEYS, or the file secret.key in the data folder, holds no key.")
    return Keyring(keys)


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
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
            file.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster: its key is the key
                os.link(file.name, path)
    return path.read_text()
