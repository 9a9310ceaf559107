"""Letters: mail to one person, sent in the background so that an answer tells nothing by how long it takes.

What a letter holds may be secret, so it is kept nowhere: one that is lost in a crash has to be asked for again.
"""

import asyncio

import structlog

from guildhall.accounts import mail
from guildhall.accounts.configuration import Configuration
from guildhall.core.errors import AppError
from guildhall.core.mail import Mail
from guildhall.core.settings import Settings

_MOST_WAITING = 100
_log = structlog.get_logger("guildhall.accounts")


class Letters:
    """Sends letters through the configured mail server."""

    def __init__(self, settings: Settings, configuration: Configuration) -> None:
        self._settings = settings
        self._configuration = configuration
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def can_be_sent(self) -> bool:
        """Whether there is a mail server, and an address of ours to name in letters.

        The address a request came to will not do: whoever sends the request chooses it.
        """
        return bool(self._settings.public_url) and self._configuration.current(mail.MailSettings).is_set

    def send_soon(self, to: str, subject: str, text: str) -> None:
        """Send a letter when there is time; a failure is logged."""
        if len(self._tasks) >= _MOST_WAITING:
            _log.warning("letter_not_sent", reason="too many letters are waiting")
            return
        task = asyncio.create_task(self._send(Mail((to,), subject, text)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give letters under way a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _send(self, letter: Mail) -> None:
        try:
            await mail.send(self._configuration, letter)
        except AppError as error:
            _log.warning("letter_not_sent", reason=error.message)
