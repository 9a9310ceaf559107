"""What a message may ask of the simulator."""

import orjson
import pytest

from guildhall.simulator import answers, anthropic, gemini, play, script, wire


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("[[delay=2]]", "delay", 2.0),
        ("please [[error=429]]", "status", 429),
        ("[[drop=5]]", "drop_after", 5),
        ("[[hang]]", "hang_after", 0),
        ("[[slow=20]]", "pace", 20.0),
        ("[[words=400]]", "words", 400),
        ("[[tools=3]]", "tools", 3),
        ("[[tool]]", "tools", 1),
        ("[[say=Hello there]]", "say", "Hello there"),
        ("[[say=a]b]]", "say", "a]b"),
        ('[[call=read {"path": "a"}]]', "calls", (("read", '{"path": "a"}'),)),
        ("[[call=list]] [[also=list [1] ]]", "calls", (("list", "{}"), ("list", "[1]"))),
    ],
)
def test_a_message_directs_the_simulator(text: str, field: str, value: object) -> None:
    assert getattr(script.read("simulated-chat", text), field) == value


def test_a_model_name_directs_the_simulator_too() -> None:
    assert script.read("simulated-instant:error=503", "hello").status == 503


def test_the_instant_model_answers_without_pause() -> None:
    assert script.read("simulated-instant", "hello").is_plain


@pytest.mark.parametrize("text", ["[[unknown]]", "[[delay=soon]]", "[[error=]]", "[[", "hello"])
def test_what_is_no_directive_is_plain_text(text: str) -> None:
    assert script.read("simulated-chat", text) == script.read("simulated-chat", "hello")


def test_answers_say_that_they_are_simulated_and_quote_the_question() -> None:
    text = answers.write("What is a hall?", None)
    assert "Simulated answer" in text
    assert "What is a hall?" in text
    assert "```python" in text


def test_a_question_in_chinese_is_answered_in_chinese() -> None:
    assert "模拟回答" in answers.write("什么是大厅？", None)


@pytest.mark.parametrize("text", ["one two  three\n\n- four", "模拟回答。Hello 世界", "", "  "])
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(answers.pieces(text)) == text


_SCHEMA = {"type": "object", "properties": {"at": {"type": "object", "properties": {"x": {"type": "integer"}}}}}
_PNG = "iVBORw0KGgo="


@pytest.mark.parametrize(
    "request_",
    [
        wire.decode(
            orjson.dumps(
                {
                    "model": "m",
                    "messages": [{"content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}],
                    "response_format": {"type": "json_schema", "json_schema": {"schema": _SCHEMA}},
                }
            )
        ),
        anthropic.decode(
            orjson.dumps(
                {
                    "model": "m",
                    "messages": [{"role": "user", "content": [{"type": "image", "source": {"data": _PNG}}]}],
                    "output_config": {"format": {"type": "json_schema", "schema": _SCHEMA}},
                }
            )
        ),
        gemini.decode(
            orjson.dumps(
                {
                    "contents": [{"role": "user", "parts": [{"inlineData": {"data": _PNG}}]}],
                    "generationConfig": {"responseJsonSchema": _SCHEMA},
                }
            ),
            "m",
            stream=False,
        ),
    ],
    ids=["openai", "anthropic", "gemini"],
)
def test_pictures_are_counted_and_a_schema_is_filled_in(request_: wire.ChatRequest) -> None:
    ordinary = script.Script()
    assert play.compose(request_, ordinary).text == '{"at":{"x":1}}'
    request_.response_format = None
    assert "Pictures shown: 1." in play.compose(request_, ordinary).text


def test_an_odd_schema_is_filled_in_as_far_as_it_makes_sense() -> None:
    assert wire.sample_json({"properties": {"a": 7, "b": True}, "required": "a"}) == '{"a":"sample","b":"sample"}'
    assert wire.sample_json({"properties": [], "required": ["a"]}) == '{"a":"sample"}'


def test_a_nonsensical_schema_is_no_schema() -> None:
    for nonsense in (7, {"json_schema": 7}, {"json_schema": {"schema": []}}, {"type": "text"}):
        request = wire.decode(orjson.dumps({"model": "m", "messages": [], "response_format": nonsense}))
        assert request.schema is None


LOOP = '[[say=First]] [[call=read {"path": "a"}]] [[also=list]] [[call=list]] [[say=Last]] [[error=500]]'


@pytest.mark.parametrize(
    ("step", "say", "calls", "status"),
    [
        (0, "First", (("read", '{"path": "a"}'), ("list", "{}")), 200),
        (1, None, (("list", "{}"),), 200),
        (2, "Last", (), 500),
        (3, None, (), 200),
    ],
)
def test_a_message_scripts_each_answer_of_a_loop(
    step: int, say: str | None, calls: tuple[tuple[str, str], ...], status: int
) -> None:
    found = script.read("simulated-instant", LOOP, step)
    assert (found.say, found.calls, found.status) == (say, calls, status)


def test_scripted_calls_come_after_what_is_said_with_ids_of_their_own() -> None:
    request = wire.decode(orjson.dumps({"model": "m", "messages": [{"role": "user", "content": LOOP}]}))
    reply = play.compose(request, script.read("simulated-instant", LOOP))
    assert (reply.text, reply.reason) == ("First", "tool_calls")
    assert [(call.name, call.arguments) for call in reply.calls] == [("read", '{"path": "a"}'), ("list", "{}")]
    assert len({call.id for call in reply.calls}) == 2
