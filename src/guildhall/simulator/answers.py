"""Answers: what the simulator says, in the language it was asked in, always labelled as simulated."""

import re
from itertools import cycle, islice

_PIECE = re.compile(r"\s*[\u3000-\u9fff\uff00-\uffef]{1,2}|\s*[^\s\u3000-\u9fff\uff00-\uffef]+|\s+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_QUOTE_LENGTH = 160
_SENTENCE = (
    "the hall was quiet that evening and every lamp along the long table burned with a steady light while the "
    "apprentices copied their pages and the old master walked between them asking what each line was for"
)

_ENGLISH = """\
**Simulated answer.** No model was called: Guildhall's simulator wrote this so that you can try things out.

You wrote:

> {quote}

A real model would answer that. Meanwhile, here is what an answer can hold:

- *lists*, **emphasis** and `inline code`
- tables, links and quotations
- blocks of code with their colours

```python
def greet(name: str) -> str:
    \"\"\"Say hello to whoever comes through the door.\"\"\"
    return f"Welcome to the hall, {{name}}!"


print(greet("friend"))
```

| step | what to do next |
|---|---|
| 1 | add a channel with a key of your own |
| 2 | choose one of its models |
| 3 | ask again |
"""

_MANDARIN = """\
**模拟回答。** 没有调用任何模型：这段文字由 Guildhall 的模拟器写成，供您试用。

您写道：

> {quote}

真正的模型会回答这个问题。在此之前，先看看回答里可以有什么：

- *列表*、**强调**和`行内代码`
- 表格、链接和引用
- 带颜色的代码块

```python
def greet(name: str) -> str:
    return f"欢迎来到大厅，{{name}}！"


print(greet("朋友"))
```

| 步骤 | 接下来做什么 |
|---|---|
| 1 | 用您自己的密钥添加一个渠道 |
| 2 | 选择它的一个模型 |
| 3 | 再问一次 |
"""

_SEEN = "\nPictures shown: {pictures}.\n"
_SEEN_MANDARIN = "\n收到的图片：{pictures}。\n"
_THOUGHT = (
    "This is simulated thinking. First I read the question: {quote!r}. Then I weigh what would help most: a short "
    "answer, an example, and a next step. I will write those down in that order."
)


def write(question: str, words: int | None, pictures: int = 0) -> str:
    """An answer in Markdown that counts the pictures it was shown; with `words`, a plain text of that many instead."""
    if words is not None:
        return " ".join(islice(cycle(_SENTENCE.split()), words))
    is_mandarin = bool(_CHINESE.search(question))
    text = (_MANDARIN if is_mandarin else _ENGLISH).format(quote=_quoted(question))
    seen = (_SEEN_MANDARIN if is_mandarin else _SEEN).format(pictures=pictures) if pictures else ""
    return text + seen


def relay(tool_result: str) -> str:
    """What the simulator says once a tool has answered."""
    return f"**Simulated answer.** The tool returned:\n\n```\n{tool_result[:2000]}\n```\n"


def think(question: str) -> str:
    """The thinking that a reasoning model shows before its answer."""
    return _THOUGHT.format(quote=_quoted(question))


def pieces(text: str) -> list[str]:
    """The text cut into what a model would send token by token; joined they give the text back."""
    return _PIECE.findall(text)


def count(text: str) -> int:
    """A believable number of tokens."""
    return max(1, len(text) // 4) if text else 0


def _quoted(question: str) -> str:
    line = " ".join(question.split()) or "…"
    return line if len(line) <= _QUOTE_LENGTH else line[:_QUOTE_LENGTH] + "…"
