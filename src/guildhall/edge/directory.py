"""The directory, as the edge asks it; who keeps it is a floor above."""

from collections.abc import Sequence
from typing import Protocol

from guildhall.edge.allowances import Allowance
from guildhall.edge.call import Call, Caller, Target
from guildhall.edge.failures import UpstreamFailure


class Directory(Protocol):
    """What the edge asks of the house: who calls, and where a model is served."""

    def caller_of(self, digest: bytes) -> Caller | None:
        """The owner of the API key with this digest."""

    def targets(self, call: Call) -> Sequence[Target]:
        """Where the call's model can be called at its endpoint, best first; empty when it can't."""

    def at_once(self, call: Call) -> Sequence[Target]:
        """The same, where the first of them may be asked without `wait`; otherwise empty."""

    def allowances(self, caller: Caller, address: str) -> Sequence[Allowance]:
        """What this caller may ask for; nothing where nothing is limited."""

    def is_up(self, model: str) -> bool:
        """Whether the model can be called at any endpoint."""

    def models(self) -> Sequence[str]:
        """Names of every model served."""

    async def catch_up(self) -> None:
        """Make sure that what was stored before this moment is known."""

    async def find(self, call: Call) -> Sequence[Target]:
        """`targets`, after looking harder: for a model that seems to be served nowhere."""

    def succeeded(self, target: Target) -> None:
        """A channel answered."""

    def failed(self, call: Call, target: Target, failure: UpstreamFailure) -> None:
        """A channel failed this call, through no fault of the caller."""

    def rests(self, target: Target) -> bool:
        """Whether it has failed, and not answered since."""

    def wait(self, call: Call, target: Target, *, is_first: bool) -> float:
        """0 when the call may ask there now, else the seconds after which that may be worth while; `is_first` where it
        has not asked anybody yet. Who may ask says when it has `left`."""

    def left(self, call: Call, target: Target) -> None:
        """The call has been answered there, or has given up."""
