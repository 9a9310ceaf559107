"""What can go wrong in the chat."""

from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError


def session_not_found() -> NotFoundError:
    """Not there, deleted, or somebody else's."""
    return NotFoundError("session_not_found", "There is no such session.")


def session_busy() -> ConflictError:
    """One answer at a time."""
    return ConflictError("session_busy", "This session is still answering; wait or stop it first.")


def no_model() -> BadRequestError:
    """Nothing to answer with."""
    return BadRequestError("no_model", "There is no model to answer with: connect a channel first.")


def nothing_to_answer() -> ConflictError:
    """A retry needs a question."""
    return ConflictError("nothing_to_answer", "There is no message to answer again.")
