"""What the API of forks takes."""

from guildhall.chat.schemas import MessageId
from guildhall.core.web import Input


class ForkIn(Input):
    """Up to which message; all of the branch that is shown if none is named."""

    message_id: MessageId | None = None
