"""Devices: what to call the browser or program that somebody signed in with, as people read it."""

import re
from dataclasses import dataclass

_BROWSERS = (  # the first that is named counts: Edge and Opera also name Chrome, Chrome also names Safari
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,40}")


@dataclass(frozen=True)
class Visitor:
    """Where somebody comes from, and with what; both may be empty."""

    address: str
    device: str


def label_of(user_agent: str) -> str:
    """Such as `Firefox on Linux`, the name of a program such as `curl`, or nothing."""
    browser = next((label for mark, label in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((label for mark, label in _SYSTEMS if mark in user_agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    program = _PROGRAM.match(user_agent)
    return program.group() if program else ""
