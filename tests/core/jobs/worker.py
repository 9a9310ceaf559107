"""`python -m tests.core.jobs.worker [silent seconds]`: a process that runs the workshop's jobs, on `GUILDHALL_*`."""

import asyncio
import signal
import sys

from guildhall.core.db import Database
from guildhall.core.jobs import Jobs, Pace
from guildhall.core.logs import configure
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.core.jobs.workshop import Workshop


async def main(silent_seconds: float) -> None:
    """Run until asked to stop."""
    settings = Settings()
    configure(settings)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    bus = create_bus(settings)
    db = Database(settings, info={"bus": bus})
    workshop = Workshop(db, settings.data_dir / "notes")
    pace = Pace(beat_seconds=silent_seconds / 5, silent_seconds=silent_seconds, sweep_seconds=2, pause_seconds=0.2)
    jobs = Jobs(settings, db, bus, workshop.jobs, workshop.schedules, runs_here=True, pace=pace)
    await bus.start()
    await jobs.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await stopping.wait()
    await jobs.stop()
    await bus.stop()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
