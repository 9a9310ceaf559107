"""What callers may ask for, as the directory's snapshot and the configuration have it now."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from guildhall.accounts.tables import ApiKey, UserLimits
from guildhall.core.addresses import neighbourhood
from guildhall.edge.allowances import Allowance
from guildhall.edge.call import Caller
from guildhall.gateway.call_limits import CallLimits, allowance_of

NOBODY: Mapping[str, Allowance | None] = {}


def allowances_of(keys: Iterable[ApiKey], people: Iterable[UserLimits]) -> Mapping[str, Allowance | None]:
    """By id of key or person. People with limits of their own are here even if these limit nothing."""
    found: dict[str, Allowance | None] = {limits.user_id: _of_user(limits) for limits in people}
    for key in keys:
        allowance = allowance_of(key, f"key:{key.id}")
        if allowance is not None:
            found[key.id] = allowance
    return found


def _of_user(limits: UserLimits) -> Allowance | None:
    return allowance_of(limits, f"user:{limits.user_id}")


class Allowances:
    """Tells what a caller may ask for: its key, its owner, and the address it calls from."""

    def __init__(self, limits: Callable[[], CallLimits]) -> None:
        self._limits = limits
        self.refresh()

    def refresh(self) -> None:
        """What is usual has changed, perhaps: calls do not look each time."""
        limits = self._limits()
        self._usual = None if limits.says_nothing else limits

    def of(self, own: Mapping[str, Allowance | None], caller: Caller, address: str) -> Sequence[Allowance]:
        """Nothing where nothing is limited, which is most often."""
        usual = self._usual
        if usual is None and not own:
            return ()
        found = [own.get(caller.key_id or ""), self._of_person(own, usual, caller)]
        if usual is not None and usual.address_calls_per_minute is not None and address:
            found.append(Allowance(f"address:{neighbourhood(address)}", usual.address_calls_per_minute))
        return [allowance for allowance in found if allowance is not None]

    def of_person(self, own: Mapping[str, Allowance | None], caller: Caller) -> Allowance | None:
        """What a person may ask for, by all keys and pages together."""
        return self._of_person(own, self._usual, caller)

    def _of_person(
        self, own: Mapping[str, Allowance | None], usual: CallLimits | None, caller: Caller
    ) -> Allowance | None:
        if caller.user_id in own:
            return own[caller.user_id]
        return None if usual is None else usual.of_role(caller.role, f"user:{caller.user_id}")
