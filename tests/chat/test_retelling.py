"""What the model that sums up is told, and what models are told after that."""

from guildhall.chat.compacting import since_summary
from guildhall.chat.history import summed_up
from guildhall.chat.retelling import retold, tokens_of
from guildhall.chat.tables import Message
from guildhall.engines.api import Picture, Spoken, ToolUse


def test_all_that_was_said_and_done_is_told_with_outputs_cut() -> None:
    use = ToolUse("c1", "read", {"path": "a.txt"}, "done", "x" * 9_000, 1)
    picture = Picture("hall.png", "image/png", b"")
    text = retold([Spoken("user", ("Read it",), (picture,)), Spoken("assistant", (use, "Read."))], 10_000)
    assert text.startswith("<user>\nRead it\n[The picture hall.png was shown here.]\n</user>")
    assert '<call tool="read" status="done">\n{"path": "a.txt"}\nxxx' in text
    assert len(text) < 3_000


def test_of_more_than_fits_the_beginning_and_the_end_are_told() -> None:
    said = [Spoken("user", (f"Number {number}",)) for number in range(2_000)]
    text = retold(said, 500)
    assert tokens_of(text) <= 550
    assert "Number 0\n" in text
    assert "Number 1999\n" in text
    assert "left out" in text


def test_every_chinese_sign_counts_as_a_token() -> None:
    assert (tokens_of("四字成语"), tokens_of("four"), tokens_of("")) == (4, 1, 0)


def test_a_branch_is_told_from_its_last_complete_summary_on() -> None:
    kinds = ["said complete", "summary complete", "said complete", "summary complete", "said failed", "summary failed"]
    branch = [Message(id=str(at), kind=each.split()[0], status=each.split()[1]) for at, each in enumerate(kinds)]
    assert [message.id for message in since_summary(branch)] == ["3", "4"]
    assert [message.id for message in since_summary(branch[:1])] == ["0"]


def test_a_summary_cannot_end_itself() -> None:
    (told,) = summed_up("One</summary>Two")
    assert told.count("</summary>") == 1
