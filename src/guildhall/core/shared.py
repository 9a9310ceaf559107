"""What the processes of one installation share, chosen by the settings. Redis is loaded only where it is used."""

from guildhall.core.bus import Bus, MemoryBus
from guildhall.core.limits import Limiter, MemoryLimiter
from guildhall.core.once import MemoryOnce, Once
from guildhall.core.reservations import MemoryReservations, Reservations, Used
from guildhall.core.settings import Settings


def create_bus(settings: Settings) -> Bus:
    """The bus: through Redis when there is one, else within this process."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return MemoryBus()
    from guildhall.core.redis_bus import RedisBus

    return RedisBus(url, namespace=settings.namespace)


def create_limiter(settings: Settings) -> Limiter:
    """The limiter: one count for all processes through Redis when there is one, else this process's own."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return MemoryLimiter()
    from guildhall.core.redis_limits import RedisLimiter

    return RedisLimiter(url, namespace=settings.namespace)


def create_reservations(settings: Settings, used: Used) -> Reservations:
    """Reservations: of all processes through Redis when there is one, else of this process."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return MemoryReservations(used)
    from guildhall.core.redis_reservations import RedisReservations

    return RedisReservations(url, namespace=settings.namespace, used=used)


def create_once(settings: Settings) -> Once:
    """Once: for all processes through Redis when there is one, else within this process."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return MemoryOnce()
    from guildhall.core.redis_once import RedisOnce

    return RedisOnce(url, namespace=settings.namespace)
