"""What is no policy is refused at its place, and never answered.

Good policies are broken at one known place; the error has to name that place and say what is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from encoders.iam.parse import PolicyError, parse_policy
from encoders.iam.policy import PolicyType
from portfolio.batch import reply
from portfolio.cli import main
from portfolio.conduct import Conduct
from portfolio.limits import Limits
from tests.malformed import GOOD, Json, Malformed, malformed_documents
from tests.malformed_texts import malformed_texts, oversized_texts

MALFORMED = malformed_documents() | malformed_texts()
EXAMPLES = 400


def error_of(source: str | bytes, policy_type: PolicyType | None = None) -> PolicyError:
    """Return the error that refuses `source`; a policy fails the test."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(source, policy_type)
    return caught.value


def is_clear(message: str) -> bool:
    """Return whether a message is one printable line in the words of the house."""
    is_line = message.isprintable() and not message.endswith(".") and len(message) < 300
    return is_line and message[0] in "`" + message[0].lower() and "object at 0x" not in message


@given(GOOD)
def test_what_is_broken_here_was_a_policy(document: Json) -> None:
    assert parse_policy(json.dumps(document)).policy_type is PolicyType.RESOURCE


def test_hundreds_of_malformed_policies_are_refused_at_their_places() -> None:
    seen: set[str | bytes] = set()
    kinds: set[str] = set()

    @settings(max_examples=max(EXAMPLES, settings().max_examples))
    @given(MALFORMED)
    def check(broken: Malformed) -> None:
        error = error_of(broken.source, broken.policy_type)
        assert error.path == broken.path, (error.message, broken)
        assert broken.message in error.message
        assert is_clear(error.message)
        seen.add(broken.source)
        kinds.add(broken.kind)

    check()

    assert len(seen) >= 200
    assert len(kinds) >= 25


@settings(max_examples=2)
@given(oversized_texts())
def test_a_text_that_is_too_long_is_refused_unread(broken: Malformed) -> None:
    error = error_of(broken.source)

    assert (error.path, error.message) == (broken.path, broken.message)


COMMANDS = (
    ("check-no-public-access", "{}"),
    ("check-access-not-granted", "{}", "--action", "s3:GetObject"),
    ("check-no-new-access", "--existing", "{}", "--new", "{}"),
    ("compare", "{}", "{}"),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MALFORMED, st.sampled_from(COMMANDS))
def test_the_command_line_refuses_what_is_malformed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: Malformed,
    command: tuple[str, ...],
) -> None:
    source = broken.source.encode("utf-8") if isinstance(broken.source, str) else broken.source
    file = tmp_path / "policy.json"
    file.write_bytes(source)
    typed = [] if broken.policy_type is None else ["--policy-type", broken.policy_type.value]
    arguments = [part.format(file) for part in command]
    monkeypatch.setattr(sys, "argv", ["keyaki", *arguments, *typed])

    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()

    assert ended.value.code == 2
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert f"{broken.path}: " in shown.err
    assert broken.message in shown.err


@given(malformed_documents())
def test_a_line_of_a_batch_is_an_error_and_no_verdict(broken: Malformed) -> None:
    line = {"id": 1, "question": "no-new-access", "existing": {"Statement": []}}
    typed = {} if broken.policy_type is None else {"policyType": broken.policy_type.value}
    asked = {**line, **typed, "new": json.loads(broken.source)}
    shown = reply(json.dumps(asked).encode(), Conduct(members=(), limits=Limits()))

    assert shown.is_error
    assert not shown.passed
    assert set(shown.content) == {"id", "error"}
    error = shown.content["error"]
    assert isinstance(error, dict)
    assert error["path"] == f"$.new{broken.path.removeprefix('$')}"
