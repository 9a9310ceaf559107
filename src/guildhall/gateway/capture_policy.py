"""The capture document: which prompts and answers are kept for admins to look at, and what is masked in them."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from guildhall.accounts.documents import Document
from guildhall.edge.capture import CapturePlan
from guildhall.gateway.masks import MOST_LETTERS, Masks, masks_of, require_bounded

Pattern = Annotated[str, Field(max_length=MOST_LETTERS), AfterValidator(require_bounded)]


class CapturePolicy(Document):
    """Prompts and answers of calls, kept for some days where an admin needs them; nothing is kept by default."""

    name: ClassVar[str] = "capture"
    title: ClassVar[str] = "Prompts and answers"

    percent: float = Field(0, ge=0, le=100, description="Share of all calls whose prompt and answer are kept.")
    only_failed: bool = Field(False, description="Of these, keep only those of calls that failed or were refused.")
    most_kilobytes: int = Field(
        32, ge=1, le=512, description="Kept of each prompt, and as much of each answer; the rest is cut off."
    )
    mask_emails: bool = Field(True, description="Take e-mail addresses out before anything is stored.")
    mask_keys: bool = Field(True, description="Take out what looks like a key or token of a known form.")
    mask_cards: bool = Field(True, description="Take out card numbers.")
    patterns: list[Pattern] = Field(
        default_factory=list,
        max_length=20,
        description="Regular expressions of what else to take out, with bounded repetitions such as {1,40}.",
    )

    def plan(self) -> CapturePlan | None:
        """What the edge has to do; None when nothing is to be kept."""
        if not self.percent:
            return None
        return CapturePlan(self.percent / 100, self.only_failed, self.most_kilobytes * 1024)

    def masks(self) -> Masks:
        """What to take out."""
        return masks_of(emails=self.mask_emails, keys=self.mask_keys, cards=self.mask_cards, own=self.patterns)
