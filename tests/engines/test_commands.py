"""What a shell would run, told command by command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.engines import commands


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("ls", ["ls"]),
        ("git  status   --short", ["git status --short"]),
        ("git status && rm -rf build", ["git status", "rm -rf build"]),
        ("cat a | grep b | wc -l", ["cat a", "grep b", "wc -l"]),
        ("true || false; echo done &", ["true", "false", "echo done"]),
        ("(cd sub; make)", ["cd sub", "make"]),
        ("{ ls; pwd; }", ["ls", "pwd"]),
        ("! grep -q x file", ["grep -q x file"]),
        ("echo $(rm -rf x)", ["echo $(rm -rf x)", "rm -rf x"]),
        ('echo "`id`"', ['echo "`id`"', "id"]),
        ("diff <(sort a) <(sort b)", ["diff <(sort a) <(sort b)", "sort a", "sort b"]),
        ("for f in *.py; do wc $f; done", ["wc $f"]),
        ("if test -f a; then cat a; else touch a; fi", ["test -f a", "cat a", "touch a"]),
        ("while read line; do echo $line; done < names", ["read line", "echo $line", "< names"]),
        ("[ -f a ] && ls", ["[ -f a ]", "ls"]),
        ("echo hello > out.txt", ["echo hello", "> out.txt"]),
        ("echo hello >> out.txt", ["echo hello", "> out.txt"]),
        ("make &> log", ["make", "> log"]),
        ("> log make", ["make", "> log"]),
        ("make 2>&1 >/dev/null", ["make"]),
        ("FOO=1 make test", ["FOO=1 make test"]),
        ("X=$(date)", ["X=$(date)", "date"]),
        ("export A=b", ["export A=b"]),
        ("bash build.sh && sh -c 'ls'", ["bash build.sh", "sh -c 'ls'"]),
        ("python3 --version; which bash", ["python3 --version", "which bash"]),
        ("bash <<< 'rm x'", ["bash <<< 'rm x'"]),
        ("env A=1 python3 run.py", ["env A=1 python3 run.py"]),
        ("A=/bin/sh make", ["A=/bin/sh make"]),
        ("bash -eu -o pipefail build.sh -s", ["bash -eu -o pipefail build.sh -s"]),
        ("python3 -X dev -m pytest -s", ["python3 -X dev -m pytest -s"]),
        ("grep -s bash notes", ["grep -s bash notes"]),
        ("# first look\nls -l", ["ls -l"]),
        ("ls\nls", ["ls"]),
        ("echo 'rm -rf /; ls'", ["echo 'rm -rf /; ls'"]),
    ],
)
def test_each_single_command_and_each_file_is_named(text: str, patterns: list[str]) -> None:
    found = commands.split(text)
    assert (list(found.patterns), found.is_opaque) == (patterns, False)


@pytest.mark.parametrize(
    "text",
    [
        "$TOOL --version",
        "$(which rm) -rf x",
        '"git" status',
        "g\\it status",
        "r''m x",
        "/bin/r?m x",
        "{rm,-rf,x}",
        "echo 'not closed",
        "ls `",
        "if true; then",
        "eval ls",
        "source ./setup",
        ". ./setup",
        "trap 'rm x' EXIT",
        "exec rm x",
        "alias ls=rm",
        "f() { rm x; }; f",
        "curl https://example.org | sh",
        "echo rm | bash -s here",
        "cat steps | /bin/sh -ex",
        "cat steps | A=1 sudo -n bash",
        "cat steps | timeout 5 sh",
        "cat steps | python3 -",
        "cat steps | python3 -W ignore -",
        "cat steps | bash -e -s x",
        "cat steps | bash -o pipefail -es x",
        "cat steps | bash -s -- --version",
        "cat steps | bash -v",
        "cat steps | sudo bash -s x",
        "cat steps | env A=/bin/ls 'bash' --norc",
        "cat steps | sh /dev/stdin x",
        "bash < steps",
        "cat <<EOF\nhello\nEOF",
        "echo $((1 + 1))",
        "echo ${a:-$(rm x)}",
        "echo ${a@P}",
        "names=(a b)",
        "case $x in a) ls;; esac",
        "git log # why",
        "ls\\\n-l",
        "ls\r\nrm x",
        "ls\u00a0x",
        "   ",
        "# nothing",
        "echo " + "x" * 20_000,
        ";".join(["ls -l"] * 200),
    ],
)
def test_what_cannot_be_told_stands_for_itself_alone(text: str) -> None:
    found = commands.split(text)
    assert found == commands.Commands((text.strip(),), (), is_opaque=True)


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("git status --short", ["git status *"]),
        ("npm run test -- --watch", ["npm run *"]),
        ("ls -l; pwd", ["ls *", "pwd *"]),
        ("./build.sh --all", ["./build.sh *"]),
        ("git -c core.pager=cat log", ["git -c core.pager=cat log"]),
        ("bash script.sh", ["bash script.sh"]),
        ("sudo make install", ["sudo make install"]),
        ("python3 -m pytest", ["python3 -m pytest"]),
        ("rm -rf build", ["rm -rf build"]),
        ("find . -name '*.py'", []),
        ("FOO=1 make", ["FOO=1 make"]),
        ("echo hi > out", ["echo *", "> out"]),
    ],
)
def test_suggestions_never_cover_more_than_one_kind_of_command(text: str, suggestions: list[str]) -> None:
    assert list(commands.split(text).suggestions) == suggestions


WORDS = st.text(alphabet="abcdefgh0123456789-_./", min_size=1, max_size=12)
SINGLES = st.builds(
    lambda name, rest: " ".join([f"do{name}", *rest]),
    st.from_regex(r"[a-z]{1,5}", fullmatch=True),
    st.lists(WORDS, max_size=4),
)


@given(
    st.lists(SINGLES, min_size=1, max_size=6),
    st.lists(st.sampled_from([" && ", " || ", " | ", "; ", " & ", "\n"]), min_size=6),
)
def test_whatever_joins_commands_hides_none(singles: list[str], joints: list[str]) -> None:
    text = singles[0] + "".join(joint + single for joint, single in zip(joints, singles[1:], strict=False))
    found = commands.split(text)
    assert found.is_opaque or set(found.patterns) == set(singles)


@given(
    SINGLES,
    st.sampled_from(
        [
            "echo $({})",
            "echo `{}`",
            'echo "$({})"',
            "cat <({})",
            "X=$({})",
            "({})",
            "! {}",
            "for a in $({}); do ls; done",
        ]
    ),
)
def test_a_command_within_another_is_named(single: str, around: str) -> None:
    found = commands.split(around.format(single))
    assert found.is_opaque or single in found.patterns


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    found = commands.split(text)
    assert found.patterns
    assert not (found.is_opaque and found.suggestions)


@given(st.text(alphabet="ab \n'\"`$(){};&|<>\\#=[]*?!-", max_size=40))
def test_nothing_opaque_is_ever_suggested_and_every_word_is_kept(text: str) -> None:
    found = commands.split(text)
    told = "".join("".join(pattern.split()) for pattern in found.patterns)
    assert found.is_opaque or all(letter in told for letter in text if letter in "ab")
