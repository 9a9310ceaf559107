"""Ids, cursors, secrets and settings."""

import base64
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from guildhall.core.errors import BadRequestError
from guildhall.core.ids import ID_LENGTH, new_id
from guildhall.core.pages import cursor_of, position_of
from guildhall.core.secrets import Keyring, UndecryptableError, load_keyring
from guildhall.core.settings import Settings


def key(byte: int) -> str:
    return base64.urlsafe_b64encode(bytes([byte]) * 31 + b"x").decode()


def test_ids_carry_their_kind_and_sort_by_time() -> None:
    made = [new_id("se") for _ in range(1000)]
    assert made == sorted(set(made))
    assert all(one.startswith("se_") and len(one) <= ID_LENGTH for one in made)


_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
_MOMENT = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it


@given(st.lists(st.one_of(st.integers(-(2**62), 2**62), _TEXT, _MOMENT), min_size=1, max_size=3))
def test_a_cursor_gives_back_its_values(values: list[int | str | datetime]) -> None:
    assert position_of(cursor_of(values), *(type(value) for value in values)) == values


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "e30=", "bnVsbA==", "/////", "WzFd" * 50, "\N{SNOWMAN}", cursor_of([2**63, "x"]), cursor_of([1, "\x00"])],
)
def test_a_cursor_from_elsewhere_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequestError):
        position_of(cursor, int, str)


def test_a_moment_in_a_cursor_must_be_one() -> None:
    for value in ("yesterday", "2026-01-01T00:00:00", 7):
        with pytest.raises(BadRequestError):
            position_of(cursor_of([value]), datetime)


def test_a_secret_opens_only_for_its_row_and_under_its_key() -> None:
    old, new = Keyring((("k1", b"1" * 32),)), Keyring((("k2", b"2" * 32), ("k1", b"1" * 32)))
    sealed = old.encrypt("sk-secret", aad="ch_1")
    assert "sk-secret" not in sealed
    assert new.decrypt(sealed, aad="ch_1") == "sk-secret"
    with pytest.raises(UndecryptableError):
        new.decrypt(sealed, aad="ch_2")
    with pytest.raises(UndecryptableError):
        Keyring((("k3", b"3" * 32),)).decrypt(sealed, aad="ch_1")
    with pytest.raises(UndecryptableError):
        old.decrypt(sealed[:-4] + "AAA=", aad="ch_1")


@pytest.mark.parametrize("sealed", ["", "v1", "v1:k1", "v1:k1:%%%", "v2:k1:AAAA", "v1:k1:AAAA"])
def test_a_damaged_envelope_is_undecryptable_rather_than_a_crash(sealed: str) -> None:
    with pytest.raises(UndecryptableError):
        Keyring((("k1", b"1" * 32),)).decrypt(sealed, aad="row")


def test_the_first_start_makes_a_private_key_that_later_starts_find(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first = load_keyring(settings)
    assert load_keyring(settings).keys == first.keys
    assert len(first.keys) == 1
    assert oct(os.stat(tmp_path / "data" / "secret.key").st_mode)[-3:] == "600"


@pytest.mark.parametrize("text", ["changeme", "AAAA", ",", " , ", base64.urlsafe_b64encode(bytes(32)).decode(), "é"])
def test_weak_or_malformed_keys_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"32 random bytes|holds no key"):
        load_keyring(Settings(data_dir=tmp_path, secret_keys=SecretStr(text)))


def test_several_keys_are_read_newest_first(tmp_path: Path) -> None:
    ring = load_keyring(Settings(data_dir=tmp_path, secret_keys=SecretStr(f"{key(1)}, {key(2)}")))
    assert len(ring.keys) == 2
    assert ring.keys[0] == load_keyring(Settings(data_dir=tmp_path, secret_keys=SecretStr(key(1)))).keys[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "mysql://x"},
        {"port": 70000},
        {"worker": "external"},
        {"worker": "external", "database_url": "postgresql://h/d"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_moment_in_a_cursor_is_in_utc_and_in_range() -> None:
    (moment,) = position_of(cursor_of(["2026-01-01T00:00:00+02:00"]), datetime)
    assert moment == datetime(2025, 12, 31, 22, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(0)
    with pytest.raises(BadRequestError):
        position_of(cursor_of(["0001-01-01T00:00:00+23:59"]), datetime)


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(ValueError, match="holds no key"):
        load_keyring(Settings(data_dir=tmp_path))


_FAILING = """
import structlog
from guildhall.core import logs
from guildhall.core.settings import Settings

def fail(secret_key):
    return len(secret_key) // 0

logs.configure(Settings(_env_file=None))
try:
    fail("sk-never" + "-in-a-log")
except ZeroDivisionError:
    structlog.get_logger().exception("unexpected")
"""


def test_an_unexpected_error_shows_no_local_variable_in_the_logs() -> None:
    done = subprocess.run([sys.executable, "-c", _FAILING], capture_output=True, text=True, check=True)
    assert "ZeroDivisionError" in done.stderr
    assert "sk-never-in-a-log" not in done.stderr
