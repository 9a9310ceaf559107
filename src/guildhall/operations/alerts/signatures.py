"""Signatures: how a receiver of alerts knows that they are ours. Pure."""

import base64
import hashlib
import hmac


def web_hook(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of `timestamp.body` under the secret, in hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def feishu(secret: str, timestamp: str) -> str:
    """Feishu: HMAC-SHA256 of nothing under `timestamp\\nsecret` (seconds), in base64."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def dingtalk(secret: str, timestamp: str) -> str:
    """DingTalk: HMAC-SHA256 of `timestamp\\nsecret` (milliseconds) under the secret, in base64."""
    text = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
