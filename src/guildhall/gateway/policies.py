"""Policies: the documents that the gateway follows and admins change while it runs, as they are in force now."""

from collections.abc import Callable
from dataclasses import dataclass

from guildhall.accounts.policies import AccountsPolicy
from guildhall.edge.call import Call
from guildhall.gateway.call_limits import CallLimits
from guildhall.gateway.call_policy import CallPolicy
from guildhall.gateway.capture_policy import CapturePolicy
from guildhall.gateway.money import Money
from guildhall.gateway.queue_policy import QueuePolicy


@dataclass(frozen=True)
class Policies:
    """Each tells the document of now; by default what holds where nobody has changed it."""

    money: Callable[[], Money] = Money
    limits: Callable[[], CallLimits] = CallLimits
    capture: Callable[[], CapturePolicy] = CapturePolicy
    calls: Callable[[], CallPolicy] = CallPolicy
    accounts: Callable[[], AccountsPolicy] = AccountsPolicy
    queue: Callable[[], QueuePolicy] = QueuePolicy

    def patience(self, call: Call) -> float:
        """How many seconds a call waits for a place at a channel."""
        return self.queue().seconds(call)

    def most_waiting(self) -> int:
        """How many calls may do so at once."""
        return self.queue().most_waiting


DEFAULTS = Policies()
DOCUMENTS = (Money, CallLimits, QueuePolicy, CapturePolicy, CallPolicy)
