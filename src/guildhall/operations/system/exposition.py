"""Exposition: what Prometheus is told of a process: memory, files, event loop, database connections, disk."""

import shutil
from collections.abc import Callable
from pathlib import Path

from prometheus_client import Gauge, GCCollector, Info, ProcessCollector

from guildhall import __version__
from guildhall.core.db import Database
from guildhall.core.lag import LoopLag
from guildhall.core.metrics import Metrics


def expose(metrics: Metrics, *, db: Database, lag: LoopLag, folder: Path) -> None:
    """Register the figures; each is read when somebody scrapes."""
    registry = metrics.registry
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    Info("guildhall", "The product's version.", registry=registry).info({"version": __version__})
    _gauge(metrics, "guildhall_loop_lag_seconds", "Worst delay of the event loop in the last half minute.", lag.worst)
    _gauge(metrics, "guildhall_database_connections", "Connections to the database in use.", db.connections)
    _gauge(
        metrics, "guildhall_disk_free_bytes", "Room left for the data folder.", lambda: shutil.disk_usage(folder).free
    )
    _gauge(
        metrics,
        "guildhall_disk_total_bytes",
        "Size of the data folder's disk.",
        lambda: shutil.disk_usage(folder).total,
    )


def _gauge(metrics: Metrics, name: str, text: str, read: Callable[[], float]) -> None:
    Gauge(name, text, registry=metrics.registry).set_function(read)
