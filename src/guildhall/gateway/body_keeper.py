"""The body keeper: masks, compresses and stores prompts and answers of calls that have ended, in the background.

It never holds up a call or its row: what finds no room, or cannot be stored, is counted and given up.
"""

import asyncio
import time
import zlib
from collections.abc import Callable, Sequence
from itertools import islice

import structlog

from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.tasks import end
from guildhall.edge import call_queries
from guildhall.edge.call_queries import BodyRow
from guildhall.edge.capture import Captured, CapturePlan, Capturer
from guildhall.edge.figures import Figures
from guildhall.gateway.capture_policy import CapturePolicy
from guildhall.gateway.masks import Masks
from guildhall.gateway.stream_masks import masked_answer

_BATCH = 50
_RETRY_SECONDS = 1.0
_LEVEL = 6
_NOTHING = CapturePlan(0.0, only_failed=True, most_bytes=1024)
_log = structlog.get_logger("guildhall.bodies")


class BodyKeeper:
    """Keeps prompts and answers as the document `capture` has it."""

    def __init__(self, db: Database, policy: Callable[[], CapturePolicy], figures: Figures) -> None:
        self._db = db
        self._policy = policy
        self._masks = Masks()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.capturer = Capturer(_NOTHING)
        self.capturer.on_ended = self._news.set
        figures.read_at_scrape(
            "guildhall_call_bodies_held_bytes",
            "Bytes of prompts and answers in memory.",
            lambda: self.capturer.held,
        )
        figures.read_at_scrape(
            "guildhall_call_bodies_dropped",
            "Calls whose prompt and answer should have been kept and were not.",
            lambda: self.capturer.dropped,
        )

    def as_configured(self) -> Capturer | None:
        """What begins captures from now on; None when nothing is to be kept."""
        policy = self._policy()
        plan = policy.plan()
        if plan is None:
            return None
        self._masks, self.capturer.plan = policy.masks(), plan
        return self.capturer

    def start(self) -> None:
        """Begin to store."""
        self._task = asyncio.create_task(self._run(), name="body-keeper")

    async def stop(self, seconds: float = 5.0) -> None:
        """Store what there is, trying for at most `seconds`; what is left then is given up."""
        if self._task is None:
            return
        await end(self._task)
        self._task = None
        deadline = time.monotonic() + seconds
        while self.capturer.ended and time.monotonic() < deadline and await self._keep():
            pass
        if self.capturer.ended:
            self.capturer.dropped += len(self.capturer.ended)
            _log.warning("bodies_lost_at_stop", calls=len(self.capturer.ended))

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self.capturer.ended:
                if not await self._keep():
                    await asyncio.sleep(_RETRY_SECONDS)

    async def _keep(self) -> bool:
        """Store the oldest few; False when the database cannot now."""
        ended = self.capturer.ended
        few = list(islice(ended, _BATCH))
        rows = await asyncio.to_thread(_pressed, few, self._masks)
        try:
            async with self._db.write() as session:
                await call_queries.add_bodies(session, rows)
        except (AppError, OSError) as error:
            _log.warning("bodies_not_stored", reason=str(error), waiting=len(ended))
            return False
        except Exception as error:  # noqa: BLE001 - words that cannot be stored must not hold up all others for ever
            self.capturer.dropped += len(few)
            _log.error("bodies_refused", reason=type(error).__name__, calls=len(few))
        for one in few:
            ended.popleft()
            self.capturer.held -= one.held
        return True


def opened(pressed: bytes) -> str:
    """What was kept, as text."""
    return zlib.decompress(pressed).decode(errors="replace")


def _pressed(captured: Sequence[Captured], masks: Masks) -> list[BodyRow]:
    """Rows to store: masked, then compressed."""
    return [
        (
            one.call_id,
            one.user_id,
            one.at,
            zlib.compress(masks.masked(one.request), _LEVEL),
            zlib.compress(masked_answer(one.answer, masks), _LEVEL),
            one.request_bytes,
            one.answer_bytes,
            len(one.request),
            len(one.answer),
            bool(masks),
        )
        for one in captured
    ]
