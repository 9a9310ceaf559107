"""Commands: takes what a shell would run apart into its single commands, so that rules can be held against each. Pure.

What bash might read differently from this parser is opaque: the whole text stands for itself, and no pattern covers it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*|\.{1,2}/[A-Za-z0-9_./+-]+|/[A-Za-z0-9_./+-]+|\[")
_SIMPLE_EXPANSION = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|\\\n|[\u0080-\u00a0\u2000-\u200f\u2028-\u202f\ufeff]")
_MOST_CHARACTERS = 20_000
_MOST_COMMANDS = 100
# Everything else that the grammar knows is opaque: functions, here documents, arithmetic, cases, arrays.
_KNOWN = frozenset(
    {
        "program", "list", "pipeline", "command", "command_name", "word", "number", "string", "string_content",
        "raw_string", "ansi_c_string", "concatenation", "simple_expansion", "expansion", "variable_name",
        "special_variable_name", "command_substitution", "process_substitution", "subshell", "compound_statement",
        "do_group", "for_statement", "while_statement", "if_statement", "elif_clause", "else_clause",
        "negated_command", "redirected_statement", "file_redirect", "file_descriptor", "variable_assignment",
        "herestring_redirect", "declaration_command", "unset_command", "test_command", "unary_expression",
        "binary_expression", "test_operator", "comment",
    }
)  # fmt: skip
_SINGLE = frozenset({"command", "declaration_command", "unset_command", "test_command", "variable_assignment"})
# They run text that is made while they run, or change what other commands mean.
_BLIND = frozenset({"eval", "source", ".", "trap", "exec", "alias", "coproc", "enable", "hash", "bind", "complete"})
# They run a program's text, from what they read where nothing else is named: `curl … | sh`.
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "fish"})
_INTERPRETERS = _SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "php", "lua"}
_INPUTS = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_WITH_A_WORD = frozenset({"-o", "-O", "+o", "+O", "--rcfile", "--init-file", "-W", "-X", "-r", "--require", "-I"})
# They run the command behind their own options.
_CARRIERS = frozenset(
    {
        "env", "sudo", "doas", "su", "command", "builtin", "nohup", "time", "timeout", "nice", "ionice", "setsid",
        "stdbuf", "busybox", "xargs",
    }
)  # fmt: skip
_TELLS_OF_ITSELF = frozenset({"--version", "--help", "-V"})  # and nothing else, where it comes first
# They run whatever is written behind them: a rule for all they may be given would be a rule for everything.
_RUNNERS = frozenset(
    {
        "sh", "bash", "zsh", "dash", "ksh", "fish", "busybox", "env", "xargs", "sudo", "doas", "su", "command",
        "builtin", "nohup", "time", "timeout", "nice", "ionice", "setsid", "stdbuf", "watch", "find", "parallel", "awk",
        "gawk", "perl", "ruby", "node", "deno", "bun", "php", "lua", "osascript", "ssh", "rm", "dd", "chmod", "chown",
    }
)  # fmt: skip
_WITH_SUBCOMMANDS = frozenset(
    {
        "git", "npm", "npx", "pnpm", "yarn", "pip", "pip3", "uv", "uvx", "poetry", "cargo", "rustup", "go", "docker",
        "podman", "kubectl", "helm", "make", "just", "gh", "apt", "apt-get", "brew", "dotnet", "mvn", "gradle",
        "systemctl", "terraform", "bundle", "conda",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commands:
    """What a text would run: each single command, each file it writes (`> path`) or reads (`< path`)."""

    patterns: tuple[str, ...]
    suggestions: tuple[str, ...]
    is_opaque: bool


def split(text: str) -> Commands:
    """The single commands of a shell's command line."""
    whole = Commands((text.strip(),), (), is_opaque=True)
    if len(text) > _MOST_CHARACTERS or _UNREADABLE.search(text):
        return whole
    tree = _parser().parse(text.encode())
    nodes = list(_walk(tree.root_node))
    if tree.root_node.has_error or any(_is_opaque(node) for node in nodes):
        return whole
    singles = [node for node in nodes if node.type in _SINGLE and not _is_part(node)]
    redirects = [found for node in nodes if node.type == "file_redirect" and (found := _redirect(node))]
    if not singles or len(singles) + len(redirects) > _MOST_COMMANDS:
        return whole
    patterns = [*(_written(node) for node in singles), *redirects]
    suggestions = [found for node in singles if (found := _suggestion(node))]
    return Commands(tuple(dict.fromkeys(patterns)), tuple(dict.fromkeys([*suggestions, *redirects])), is_opaque=False)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def _walk(node: Node) -> Iterator[Node]:
    """Every named node, without recursion: a text may nest as deep as it is long."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(found.named_children))


def _is_opaque(node: Node) -> bool:
    """Whether something of this node's own keeps us from telling what would run."""
    match node.type:
        case "command_name":
            name = _text(node)
            return not _PLAIN.fullmatch(name) or name in _BLIND
        case "command":
            return _runs_what_it_reads(_words(node))
        case "expansion":
            return not _SIMPLE_EXPANSION.fullmatch(_text(node))
        case "comment":
            return not _begins_its_line(node)
        case "variable_assignment":
            return any(child.type == "subscript" for child in node.named_children)
    return node.type not in _KNOWN


def _runs_what_it_reads(words: Sequence[str]) -> bool:
    """Whether an interpreter is given no program: what it reads is one, and nobody sees it."""
    names = [word.strip("'\"").rpartition("/")[2] if "=" not in word else "" for word in words]
    first = next((name for name in names if name), "")
    at = next((at for at, name in enumerate(names) if name in _INTERPRETERS), None)
    if at is None or not (first == names[at] or first in _CARRIERS):
        return False
    return _names_no_program(words[at + 1 :], is_shell=names[at] in _SHELLS)


def _names_no_program(words: Sequence[str], *, is_shell: bool) -> bool:
    """Whether none is among an interpreter's words, or its input is named as one."""
    if words and words[0] in _TELLS_OF_ITSELF:
        return False
    is_taken = False  # by the option before it
    for word in words:
        if is_taken or word in _WITH_A_WORD:
            is_taken = not is_taken
        elif word in _INPUTS:
            return True
        elif not word.startswith(("-", "+")):
            return False
        elif is_shell and "s" in word and not word.startswith("--"):
            return True
    return True


def _begins_its_line(node: Node) -> bool:
    root = node
    while root.parent is not None:
        root = root.parent
    before = (root.text or b"")[: node.start_byte]
    return not before.rpartition(b"\n")[2].strip(b" \t")


def _is_part(node: Node) -> bool:
    """Whether it is told with the command that it belongs to."""
    return node.type == "variable_assignment" and node.parent is not None and node.parent.type in _SINGLE


def _written(node: Node) -> str:
    """A single command with one space between its words, without its redirects to and from files."""
    return " ".join(_words(node)) if node.type == "command" else _text(node)


def _words(node: Node) -> Sequence[str]:
    return [_text(child) for child in node.children if child.type != "file_redirect"]


def _redirect(node: Node) -> str | None:
    """The file that is written or read; None for what touches none."""
    sign = "".join(_text(child) for child in node.children if not child.is_named)
    target = " ".join(_text(child) for child in node.named_children if child.type != "file_descriptor")
    if target == "/dev/null" or (sign.endswith("&") and (target.isdecimal() or target in {"", "-"})):
        return None
    return f"{'<' if sign == '<' else '>'} {target}"


def _suggestion(node: Node) -> str | None:
    """A pattern for commands of the same kind; the command itself where that would be too much."""
    words = _words(node)
    name = words[0].rpartition("/")[2]
    exact = None if set("*?") & set(_written(node)) else _written(node)
    if node.type != "command" or "=" in words[0] or name in _RUNNERS or name.startswith("python"):
        return exact
    if name in _WITH_SUBCOMMANDS:
        is_plain = len(words) > 1 and re.fullmatch(r"[a-z][a-z0-9:_-]*", words[1])
        return f"{words[0]} {words[1]} *" if is_plain else exact
    return f"{words[0]} *"


def _text(node: Node) -> str:
    return (node.text or b"").decode()
