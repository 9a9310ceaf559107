"""What can go wrong in the chat."""

from collections.abc import Sequence

from guildhall.core.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    TooLargeError,
    UpstreamError,
)


def session_not_found() -> NotFoundError:
    """Not there, deleted, or somebody else's."""
    return NotFoundError("session_not_found", "There is no such session.")


def engine_unknown(known: Sequence[str]) -> BadRequestError:
    """Not one of those there are."""
    return BadRequestError(
        "engine_unknown", f"There is no such engine: choose one of {', '.join(known)}.", param="engine"
    )


def engine_missing(name: str, words: str) -> ConflictError:
    """It is known, but can't run here now."""
    return ConflictError("engine_missing", f"{name} can't be used here: {words}")


def workspace_needed(name: str) -> BadRequestError:
    """It works on files only."""
    return BadRequestError("workspace_needed", f"{name} works on files: choose a workspace for this session first.")


def session_busy() -> ConflictError:
    """One answer at a time."""
    return ConflictError("session_busy", "This session is still answering; wait or stop it first.")


def message_not_found() -> NotFoundError:
    """Not there, or of another session."""
    return NotFoundError("message_not_found", "There is no such message in this session.")


def not_a_question() -> BadRequestError:
    """Answers are made anew, not edited."""
    return BadRequestError("not_a_question", "Only what a person said can be edited.", param="edited_id")


def two_places() -> BadRequestError:
    """A message has one parent."""
    return BadRequestError("two_places", "Give parent_id or edited_id, not both.", param="parent_id")


def queued_not_found() -> NotFoundError:
    """Not there, or sent by now."""
    return NotFoundError("queued_not_found", "This message waits no longer: it has been sent or taken out.")


def queue_full(most: int) -> ConflictError:
    """What nobody will remember having written helps nobody."""
    return ConflictError("queue_full", f"{most} messages wait already; let some be sent first.")


def change_not_found() -> NotFoundError:
    """A file that the answer left alone."""
    return NotFoundError("change_not_found", "The answer did not change such a file.")


def no_model() -> BadRequestError:
    """Nothing to answer with."""
    return BadRequestError("no_model", "There is no model to answer with: connect a channel first.")


def nothing_to_answer() -> ConflictError:
    """A retry needs a question."""
    return ConflictError("nothing_to_answer", "There is no message to answer again.")


def nothing_to_compact() -> ConflictError:
    """Nothing was said, or only what a summary stands for already."""
    return ConflictError("nothing_to_compact", "There is nothing to sum up: nothing was said since the last summary.")


def empty_summary() -> UpstreamError:
    """A model that has nothing to say."""
    return UpstreamError("empty_summary", "The model gave no summary; the conversation stays as it was.")


def too_long_to_fork(most: int) -> ConflictError:
    """A copy is made in one go."""
    return ConflictError("too_long_to_fork", f"A session of more than {most} messages cannot be forked.")


def permission_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("permission_not_found", "There is no such permission.")


def question_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("question_not_found", "There is no such question.")


def answers_unfit(why: str) -> BadRequestError:
    """Not what was asked."""
    return BadRequestError("answers_unfit", why, param="answers")


def already_decided(status: str) -> ConflictError:
    """The first word counts, and after a day of none nobody waits; `details.status` tells what it was."""
    words = {
        "expired": "This has waited too long; the agent has stopped asking.",
        "cancelled": "The answer was stopped; nothing waits any more.",
    }
    return ConflictError("already_decided", words.get(status, "This has been decided already."), status=status)


def rule_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("rule_not_found", "There is no such rule.")


def too_many_rules(most: int) -> ConflictError:
    """A list that grows for ever helps nobody."""
    return ConflictError("too_many_rules", f"There can be {most} rules at most; delete some first.")


def folder_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("folder_not_found", "There is no such folder.")


def folder_exists(name: str) -> ConflictError:
    """Two of one name could not be told apart."""
    return ConflictError("folder_exists", f"There is a folder named {name!r} already.")


def too_many_folders(most: int) -> ConflictError:
    """A side bar is to be looked through."""
    return ConflictError("too_many_folders", f"There can be {most} folders at most; delete some first.")


def sharing_off() -> ForbiddenError:
    """As an admin has decided."""
    return ForbiddenError("sharing_off", "Sharing is switched off in this hall.")


def share_not_found() -> NotFoundError:
    """Wrong, revoked, over, or somebody else's: nobody learns which."""
    return NotFoundError("share_not_found", "There is nothing to read at this address.")


def too_many_shares(most: int) -> ConflictError:
    """A link that is forgotten still opens."""
    return ConflictError("too_many_shares", f"A session can have {most} links at most; revoke some first.")


def too_long_to_share(most: int) -> ConflictError:
    """A copy is made in one go."""
    return ConflictError("too_long_to_share", f"A session of more than {most} messages cannot be shared.")


def prompt_not_found() -> NotFoundError:
    """Not there, or somebody else's."""
    return NotFoundError("prompt_not_found", "There is no such prompt.")


def prompts_are_admins() -> ForbiddenError:
    """What concerns everybody is not everybody's to change."""
    return ForbiddenError("admin_only", "Only an admin may share prompts with the hall, or change those it shares.")


def slash_taken(slash: str) -> ConflictError:
    """A name calls one prompt."""
    return ConflictError("prompt_slash_taken", f"There is a prompt called /{slash} already.")


def invalid_template(place: str, why: str) -> BadRequestError:
    """Braces that mean nothing."""
    return BadRequestError("invalid_template", f"The {place} can't be used as it is: {why}.", param=place)


def too_many_prompts(most: int) -> ConflictError:
    """A list that grows for ever helps nobody."""
    return ConflictError("too_many_prompts", f"There can be {most} prompts at most; delete some first.")


def attachment_not_found() -> NotFoundError:
    """Not there, removed after a day, or somebody else's."""
    return NotFoundError("attachment_not_found", "There is no such attachment; attach the file again.")


def attachment_used(name: str) -> ConflictError:
    """One message has it, for good."""
    return ConflictError("attachment_used", f"{name} was sent with a message already; attach the file again.")


def attachment_too_large(limit: int) -> TooLargeError:
    """More bytes than one may have."""
    return TooLargeError("attachment_too_large", f"An attachment has at most {limit:,} bytes.", limit_bytes=limit)


def attachments_full(limit: int) -> ConflictError:
    """All of a person's together."""
    return ConflictError(
        "attachments_full",
        f"Your attachments may take up {limit:,} bytes together; delete sessions that you need no more.",
        limit_bytes=limit,
    )


def too_many_waiting(most: int) -> ConflictError:
    """Attached, and never sent."""
    return ConflictError("too_many_waiting", f"{most} files wait to be sent already; send or remove some first.")


def too_many_attachments(most: int) -> BadRequestError:
    """More than a message may come with."""
    return BadRequestError("too_many_attachments", f"A message comes with {most} files at most.", most=most)


def too_many_pictures(most: int, limit: int) -> BadRequestError:
    """More than a model is shown at once."""
    return BadRequestError(
        "too_many_pictures", f"A message comes with {most} pictures of {limit:,} bytes together at most.", most=most
    )


def pictures_unseen(model: str) -> ConflictError:
    """The model is known not to see."""
    return ConflictError("pictures_unseen", f"{model} can't see pictures: choose another model, or leave them out.")


def attachment_needs_workspace(name: str) -> ConflictError:
    """Neither a picture nor a text: only an agent can do something with it."""
    return ConflictError(
        "attachment_needs_workspace",
        f"{name} is neither a picture nor a text: choose a workspace for this session, so that the agent can open it.",
    )
