"""Tables of the chat: sessions, messages as a tree, their parts, the turns that make answers, what is shared,
and the folders and tags that keep sessions in order.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy import text as condition
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime

_OF_THE_HALL = condition("user_id IS NULL")
SAID, SUMMARY = "said", "summary"


class ChatSession(Base):
    """A conversation of one person. `deleted_at` is set while it can still be brought back."""

    __tablename__ = "chat_sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str | None] = mapped_column(String(200))
    is_titled: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether a person gave it its title; else a model did, or it is the beginning of what was asked."""
    model: Mapped[str | None] = mapped_column(String(200))
    engine: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(10))  # plan, ask, edit, full
    workspace_id: Mapped[str | None] = mapped_column(Id)
    instructions: Mapped[str | None] = mapped_column(Text)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What its model calls are sent with: as `SessionParameters` has it, only what is set."""
    most_calls: Mapped[int | None] = mapped_column(Integer)
    """Model calls that a turn may take here, if fewer than everywhere."""
    most_cost_nano: Mapped[int | None] = mapped_column(BigInteger)
    servers_off: Mapped[list[str] | None] = mapped_column(Json)
    """Ids of MCP servers that it does without."""
    todos: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """What the agent means to do: `{text, status}` each."""
    head_id: Mapped[str | None] = mapped_column(Id)
    """The last message of the branch that is shown."""
    is_queue_held: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether what waits to be sent stays until its owner goes on."""
    state: Mapped[str] = mapped_column(String(20))  # idle, running, waiting (for its owner's word)
    is_pinned: Mapped[bool] = mapped_column(Boolean)
    is_archived: Mapped[bool] = mapped_column(Boolean)
    folder_id: Mapped[str | None] = mapped_column(Id, index=True)
    tags: Mapped[list[str]] = mapped_column(Json)
    """As written; `TagRow` is for finding them."""
    forked_from_id: Mapped[str | None] = mapped_column(Id)
    """The session that it began as a copy of, which may be gone."""
    fork_key: Mapped[str | None] = mapped_column(String(200))
    """The idempotency key of that."""
    activity_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_chat_sessions_list", "user_id", "is_archived", "is_pinned", "activity_at", "id"),
        Index("uq_chat_sessions_forked_from_id", "forked_from_id", "fork_key", unique=True),
    )


class FolderRow(Base):
    """What a person puts sessions into; `folded` is its name for comparing, `position` its place among the others."""

    __tablename__ = "chat_folders"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(320))
    position: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("user_id", "folded"),)


class TagRow(Base):
    """A session is found by this word; `folded` is the word for comparing."""

    __tablename__ = "chat_tags"

    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"), primary_key=True)
    folded: Mapped[str] = mapped_column(String(120), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(30))

    __table_args__ = (Index("ix_chat_tags_user_id_folded", "user_id", "folded"),)


class Message(Base):
    """One thing said. `position` counts up within the session; with others of the same parent branches begin."""

    __tablename__ = "chat_messages"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    parent_id: Mapped[str | None] = mapped_column(Id)
    """What it was said to; None of the first. It is older, so that every way up ends."""
    role: Mapped[str] = mapped_column(String(20))  # user, assistant
    kind: Mapped[str] = mapped_column(String(10), default=SAID)
    """`said`, or `summary`: once it is complete, it is told in place of what came before it."""
    status: Mapped[str] = mapped_column(String(20))  # complete, streaming, stopped, interrupted, failed
    model: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    input_tokens: Mapped[int | None] = mapped_column(Integer)
    output_tokens: Mapped[int | None] = mapped_column(Integer)
    calls: Mapped[int | None] = mapped_column(Integer)
    """Model calls that made it; this and what follows is as the gateway's rows add up, None until they have."""
    cached_tokens: Mapped[int | None] = mapped_column(Integer)
    reasoning_tokens: Mapped[int | None] = mapped_column(Integer)
    cost_nano: Mapped[int | None] = mapped_column(BigInteger)
    """Of the calls whose price is known, in nano-units of the hall's currency; None when it is known of none."""
    unpriced_calls: Mapped[int | None] = mapped_column(Integer)
    is_estimated: Mapped[bool | None] = mapped_column(Boolean)
    model_us: Mapped[int | None] = mapped_column(BigInteger)
    """How long its model calls took, in microseconds."""
    context_tokens: Mapped[int | None] = mapped_column(Integer)
    """What the model had before it with the last call, and what it added."""
    changes: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The files that its turn changed: `{workspace_id, turn_id, files, state, at}`."""
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    """The files it came with: `{id, name, kind, media_type, size, path}` each."""
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        UniqueConstraint("session_id", "idempotency_key"),
        Index("ix_chat_messages_session_id_parent_id", "session_id", "parent_id"),
    )

    @property
    def is_summary(self) -> bool:
        """Whether it stands for what came before it."""
        return self.kind == SUMMARY and self.status == "complete"


class QueuedRow(Base):
    """Something to say once the running answer has ended; the lowest place is first."""

    __tablename__ = "chat_queue"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(String(200))
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """As of a message."""
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("session_id", "idempotency_key"),
        Index("ix_chat_queue_session_id_place", "session_id", "place"),
    )


class Part(Base):
    """A stretch of a message of one kind; `text` of a part still being made is in the event log's deltas."""

    __tablename__ = "chat_parts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("chat_messages.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(String(20))  # text, reasoning, tool
    text: Mapped[str] = mapped_column(Text)
    """Of a tool: its output."""
    tool: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The call: `{call_id, name, arguments, step, parent, status, began_at, details}`."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("message_id", "position"),)


class AttachmentRow(Base):
    """A file of one person, which belongs to a session once a message has come with it."""

    __tablename__ = "chat_attachments"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))  # image, text, file
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_chat_attachments_user_id_id", "user_id", "id"),)

    @property
    def is_used(self) -> bool:
        """Whether a message has come with it."""
        return self.session_id is not None


class TurnRow(Base):
    """The making of one answer to one question."""

    __tablename__ = "chat_turns"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("chat_messages.id", ondelete="CASCADE"))
    answer_id: Mapped[str] = mapped_column(ForeignKey("chat_messages.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))  # queued, running, ended
    stop_requested: Mapped[bool] = mapped_column(Boolean)
    calls: Mapped[int] = mapped_column(Integer, default=0)
    """Model calls that it has begun."""
    note: Mapped[str | None] = mapped_column(Text)
    """Of a summary: what it has to keep in mind."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PromptRow(Base):
    """Words to use again: a person's own, or with no `user_id` the hall's."""

    __tablename__ = "chat_prompts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    slash: Mapped[str | None] = mapped_column(String(40))
    """What it is called in the composer, without the `/`."""
    text: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(Json)
    instructions: Mapped[str | None] = mapped_column(Text)
    """This and what follows is for the chats that are begun with it."""
    model: Mapped[str | None] = mapped_column(String(200))
    mode: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_chat_prompts_user_id_title", "user_id", "title", "id"),
        Index("uq_chat_prompts_user_id_slash", "user_id", "slash", unique=True),
        # For which no user and no user are the same.
        Index(
            "uq_chat_prompts_slash_of_the_hall",
            "slash",
            unique=True,
            sqlite_where=_OF_THE_HALL,
            postgresql_where=_OF_THE_HALL,
        ),
    )


class ShareRow(Base):
    """A link by which anybody reads a copy of a session; only the digest of its secret is stored."""

    __tablename__ = "chat_shares"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    title: Mapped[str | None] = mapped_column(String(200))
    with_details: Mapped[bool] = mapped_column(Boolean)
    """Whether the copy tells what tools were asked and what they gave."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    copied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SharedMessage(Base):
    """One message of a copy, as readers get it."""

    __tablename__ = "chat_shared_messages"

    share_id: Mapped[str] = mapped_column(ForeignKey("chat_shares.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
