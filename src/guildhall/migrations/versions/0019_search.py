"""Search: the words of messages, indexed by FTS5 or by PostgreSQL's own full-text search.

The tables are written here alone, since each database has its own kind.
"""

import sqlalchemy as sa
from alembic import op

from guildhall.core.words import words_of

revision = "0019"
down_revision = "0018"

_REST = """
  message_id VARCHAR(32) NOT NULL UNIQUE REFERENCES chat_messages (id) ON DELETE CASCADE,
  session_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
"""
_SQLITE = (
    f"CREATE TABLE chat_words (id INTEGER PRIMARY KEY, {_REST} words TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE chat_words_index USING fts5"
    " (words, content='chat_words', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER chat_words_added AFTER INSERT ON chat_words BEGIN"
    " INSERT INTO chat_words_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER chat_words_removed AFTER DELETE ON chat_words BEGIN"
    " INSERT INTO chat_words_index (chat_words_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER chat_words_changed AFTER UPDATE ON chat_words BEGIN"
    " INSERT INTO chat_words_index (chat_words_index, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO chat_words_index (rowid, words) VALUES (new.id, new.words); END",
)
_POSTGRES = (
    f"CREATE TABLE chat_words (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {_REST} words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_chat_words_words ON chat_words USING gin (words)",
)
_SAID = """
SELECT m.id, m.session_id, s.user_id, p.text
FROM chat_messages m JOIN chat_sessions s ON s.id = m.session_id JOIN chat_parts p ON p.message_id = m.id
WHERE p.type = 'text' AND m.status <> 'streaming' ORDER BY m.id, p.position
"""


def upgrade() -> None:
    connection = op.get_bind()
    is_postgres = connection.dialect.name == "postgresql"
    for statement in _POSTGRES if is_postgres else _SQLITE:
        op.execute(statement)
    place = "to_tsvector('simple', :words)" if is_postgres else ":words"
    add = sa.text(f"INSERT INTO chat_words (message_id, session_id, user_id, words) VALUES (:m, :s, :u, {place})")
    said: dict[tuple[str, str, str], list[str]] = {}
    for message, session, user, text in connection.execute(sa.text(_SAID)):
        said.setdefault((message, session, user), []).append(text)
        if len(said) > 500:
            last = said.popitem()
            _store(connection, add, said)
            said = dict([last])
    _store(connection, add, said)


def _store(connection: sa.Connection, add: sa.TextClause, said: dict[tuple[str, str, str], list[str]]) -> None:
    for (message, session, user), texts in said.items():
        words = words_of("\n".join(texts), user.replace("_", ""))
        connection.execute(add, {"m": message, "s": session, "u": user, "words": words})


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE chat_words_index")
    op.execute("DROP TABLE chat_words")
