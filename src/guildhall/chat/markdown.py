"""A conversation as Markdown. Pure.

What people, models and tools wrote stays text: no HTML of theirs is markup, and no fence swallows what follows.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import orjson

from guildhall.chat.schemas import MessageOut, PartOut, SessionOut, ToolOut

Language = Literal["en", "zh"]
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_RUN = re.compile(r"\\.|`+", re.DOTALL)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "untitled": "New chat",
        "model": "Model",
        "begun": "Begun",
        "exported": "Exported",
        "branch": "Branch",
        "branches": "the one shown, of {} in this session",
        "user": "You",
        "assistant": "Assistant",
        "summary": "Summary of what came before",
        "reasoning": "Thinking",
        "attached": "Attached",
        "tool": "Tool",
        "arguments": "Arguments",
        "output": "Output",
        "seconds": "{} s",
        "is_waiting": "waiting",
        "is_running": "running",
        "is_done": "done",
        "is_failed": "failed",
        "is_denied": "denied",
        "is_interrupted": "interrupted",
        "streaming": "This answer is still being written.",
        "stopped": "This answer was stopped.",
        "interrupted": "This answer was interrupted.",
        "failed": "This answer failed.",
    },
    "zh": {
        "untitled": "新对话",
        "model": "模型",
        "begun": "开始时间",
        "exported": "导出时间",
        "branch": "分支",
        "branches": "当前显示的分支（此会话共有 {} 个分支）",
        "user": "您",
        "assistant": "助手",
        "summary": "此前内容的摘要",
        "reasoning": "思考过程",
        "attached": "附件",
        "tool": "工具",
        "arguments": "参数",
        "output": "输出",
        "seconds": "{} 秒",
        "is_waiting": "等待中",
        "is_running": "运行中",
        "is_done": "完成",
        "is_failed": "失败",
        "is_denied": "已拒绝",
        "is_interrupted": "已中断",
        "streaming": "此回答仍在生成中。",
        "stopped": "此回答已被停止。",
        "interrupted": "此回答已中断。",
        "failed": "此回答失败。",
    },
}


def heading(session: SessionOut, branches: int, moment: datetime, language: Language) -> str:
    """The beginning of the file: title, model and times, and that there are other branches."""
    words = _WORDS[language]
    facts = [(words["begun"], _time(session.created_at)), (words["exported"], _time(moment))]
    if session.model:
        facts.insert(0, (words["model"], _line(session.model)))
    if branches > 1:
        facts.append((words["branch"], words["branches"].format(branches)))
    listed = "\n".join(f"- {name}: {value}" for name, value in facts)
    return f"# {_line(session.title or words['untitled'])}\n\n{listed}\n"


def message(said: MessageOut, language: Language) -> str:
    """One message: who, when and by which model, then its parts."""
    words = _WORDS[language]
    about = " · ".join([_time(said.created_at), *([_line(said.model)] if said.model else [])])
    who = words["summary" if said.kind == "summary" else said.role]
    blocks = [f"## {who}", f"*{about}*", *(_part(part, said.parts, words) for part in said.parts)]
    if said.attachments:
        blocks.append(f"{words['attached']}: {', '.join(_line(each.name) for each in said.attachments)}")
    if said.status != "complete":
        error = f" {_line(said.error.message)}" if said.error else ""
        blocks.append(f"> {words[said.status]}{error}")
    return "\n" + "\n\n".join(block for block in blocks if block) + "\n"


def safe(text: str) -> str:
    """Markdown that somebody wrote, without HTML in it; code stays as it is, and an open fence is closed."""
    done: list[str] = []
    block: list[str] = []
    fence = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if fence:
            done.append(line)
            if _closes(line, fence):
                fence = ""
            continue
        found = _FENCE.match(line)
        if found is None and line.strip():
            block.append(line)
            continue
        done += _without_tags(block)
        block = []
        done.append(line)
        if found:
            fence = found[1] or found[2]
    done += _without_tags(block)
    return "\n".join([*done, fence] if fence else done)


def _without_tags(block: Sequence[str]) -> list[str]:
    """Lines of text; code within a line is only believed where no code can run from one line into the next."""
    stretches = [_stretches(line) for line in block]
    if any(one is None for one in stretches):
        return [_TAG.sub("&lt;", line) for line in block]
    return [
        "".join(piece if is_code else _TAG.sub("&lt;", piece) for is_code, piece in one) for one in stretches if one
    ]


def _stretches(line: str) -> list[tuple[bool, str]] | None:
    """A line as (is it code, text); None when a code begins that does not end in it."""
    found: list[tuple[bool, str]] = []
    start = at = 0
    while mark := _RUN.search(line, at):
        at = mark.end()
        if mark[0].startswith("\\"):
            continue
        end = next((run for run in re.finditer(r"`+", line[at:]) if run[0] == mark[0]), None)
        if end is None:
            return None
        found += [(False, line[start : mark.start()]), (True, line[mark.start() : at + end.end()])]
        start = at = at + end.end()
    return [*found, (False, line[start:])]


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    is_near = len(line) - len(line.lstrip(" ")) <= 3
    return is_near and len(bare) >= len(fence) and set(bare) == {fence[0]}


def _part(part: PartOut, parts: Sequence[PartOut], words: Mapping[str, str]) -> str:
    """A part of these; what a sub-agent did stands in the call that it worked for."""
    if part.tool is not None:
        return "" if part.tool.parent else _tool(part, part.tool, parts, words)
    if part.type == "reasoning":
        return _folded(words["reasoning"], safe(part.text)) if part.text.strip() else ""
    return safe(part.text)


def _tool(part: PartOut, tool: ToolOut, parts: Sequence[PartOut], words: Mapping[str, str]) -> str:
    facts = [f"{words['tool']}: {tool.name}", words[f"is_{tool.status}"]]
    if tool.began_at and part.ended_at:
        facts.append(words["seconds"].format(round((part.ended_at - tool.began_at).total_seconds(), 1)))
    asked = orjson.dumps(tool.arguments, option=orjson.OPT_INDENT_2).decode()
    blocks = [f"{words['arguments']}:", fenced(asked, "json")]
    blocks += [_tool(one, one.tool, (), words) for one in parts if one.tool and one.tool.parent == tool.call_id]
    if part.text:
        blocks += [f"{words['output']}:", fenced(part.text, "text")]
    return _folded(" · ".join(facts), "\n\n".join(blocks))


def fenced(text: str, kind: str) -> str:
    """Text as a block of code that nothing in it can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}"


def _folded(title: str, body: str) -> str:
    return f"<details>\n<summary>{html.escape(title)}</summary>\n\n{body}\n\n</details>"


def _line(text: str) -> str:
    """Text in one line, nothing of which is markup."""
    return re.sub(r"([\\`*_\[\]#~|])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
