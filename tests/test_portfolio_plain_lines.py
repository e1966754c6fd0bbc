"""Lines that are answered in one go, against the reader of every line."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio import plain_lines
from portfolio.batch import MANY, reply
from portfolio.conduct import Conduct
from portfolio.limits import Schedule
from tests.iam_generator import draw_policy, draw_request

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [ALLOW]}
QUESTION = {"id": 7, "question": "no-new-access", "existing": POLICY, "new": POLICY}


def line_of(**elements: object) -> bytes:
    return json.dumps({**QUESTION, **elements}).encode()


def is_plain(line: bytes, conduct: Conduct = MANY) -> bool:
    return plain_lines.answered(line, conduct) is not None


def strictly(line: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return the reply of the reader of every line, of what does not depend on how it looks."""
    with monkeypatch.context() as patch:
        patch.setattr(plain_lines, "answered", lambda *_: None)
        patch.setattr("portfolio.at_once.leads", lambda *_: False)
        return dict(reply(line, MANY).content)


def test_a_plain_line_is_answered() -> None:
    found = plain_lines.answered(line_of(id="a"), MANY)

    assert found is not None
    identity, result = found
    assert (identity, result.passed, result.answer.winner) == ("a", True, "automaton")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\t", " :\r\n ")])
def test_white_space_does_not_matter(separators: tuple[str, str]) -> None:
    line = json.dumps(QUESTION, separators=separators).encode()

    assert is_plain(line)
    assert is_plain(b" " + line + b" \n")


def test_the_order_of_elements_does_not_matter() -> None:
    backwards = dict(reversed(QUESTION.items()))
    policy = dict(reversed(POLICY.items()))

    assert is_plain(json.dumps({**backwards, "new": policy, "policyType": "identity"}).encode())


TWICE = {
    "the id": b'{"id":7,"id":7,"question":"no-new-access","existing":P,"new":P}',
    "the question": b'{"id":7,"question":"no-new-access","existing":P,"new":P,'
    b'"question":"no-new-access"}',
    "a policy": b'{"id":7,"question":"no-new-access","existing":P,"new":P,"new":P}',
    "the first policy": b'{"existing":P,"id":7,"question":"no-new-access","existing":P,"new":P}',
    "the version": b'{"id":7,"question":"no-new-access","existing":P,"new":'
    b'{"Version":"2012-10-17","Version":"2012-10-17","Statement":[S]}}',
    "the statements": b'{"id":7,"question":"no-new-access","existing":P,"new":'
    b'{"Statement":[S],"Version":"2012-10-17","Statement":[S]}}',
    "an effect": b'{"id":7,"question":"no-new-access","existing":P,"new":'
    b'{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"a:b","Resource":"*"}]}}',
}


@pytest.mark.parametrize("name", TWICE)
def test_a_line_is_not_plain_that_has_twice(name: str) -> None:
    policy, statement = json.dumps(POLICY).encode(), json.dumps(ALLOW).encode()
    line = TWICE[name].replace(b"P}", policy + b"}").replace(b"P,", policy + b",")
    line = line.replace(b"S]", statement + b"]")

    assert json.loads(line)
    assert not is_plain(line)
    assert reply(line, MANY).is_error


NOT_PLAIN = {
    "an id that is no number or text": line_of(id=[7]),
    "an id whose number may be read in two ways": line_of(id=-0.0),
    "a zero": line_of(id=0),
    "a large id": line_of(id=10**20),
    "no id": json.dumps({k: v for k, v in QUESTION.items() if k != "id"}).encode(),
    "another question": line_of(question="compare"),
    "an unknown element": line_of(more=1),
    "an unknown type": line_of(policyType="any"),
    "a policy that is none": line_of(new=[]),
    "an unknown version": line_of(new={"Version": "1", "Statement": [ALLOW]}),
    "an element of a policy that is unknown": line_of(new={**POLICY, "Who": 1}),
    "a policy with an id": line_of(new={**POLICY, "Id": "a"}),
    "one statement without a list": line_of(new={"Statement": ALLOW}),
    "no statement": line_of(new={"Statement": []}),
    "an escape": line_of(id="\u00e4"),
    "what is not ASCII": '{"id": "\u00e4"}'.encode(),
    "what is no JSON": b'{"id": 7',
    "something after it": line_of() + b"7",
    "a number that JSON does not know": line_of().replace(b'"id": 7', b'"id": 07'),
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_a_line_is_not_plain_that_holds(name: str) -> None:
    assert not is_plain(NOT_PLAIN[name])


def test_a_line_is_not_plain_where_others_are_to_be_asked_or_reasons_to_be_given() -> None:
    line = line_of()

    assert not is_plain(line, Conduct(schedule=Schedule.EAGER, core_wall_s=0.0))
    assert not is_plain(line, Conduct())
    assert is_plain(line_of(existing={"Statement": [DENY]}), Conduct())


randoms = st.randoms(use_true_random=False)


@given(randoms)
def test_a_plain_line_means_what_the_reader_of_every_line_reads(rng: Random) -> None:
    near = draw_request(rng)
    existing, new = (draw_policy(rng, "identity", near) for _ in range(2))
    line = line_of(existing=existing, new=rng.choice((existing, new)), policyType="identity")
    with pytest.MonkeyPatch.context() as patch:
        plain, strict = reply(line, MANY).content, strictly(line, patch)

    assert plain["id"] == strict["id"]
    told = ("result", "verdict", "error", "otherReading")
    if strict.get("verdict") != "unknown":
        assert [plain.get(name) for name in told] == [strict.get(name) for name in told]


@given(randoms, st.binary(max_size=3), st.integers(0, 400))
def test_a_line_with_a_fault_is_answered_as_the_reader_of_every_line_does(
    rng: Random, put: bytes, place: int
) -> None:
    line = line_of(new={"Version": "2012-10-17", "Statement": [ALLOW, DENY]})
    cut = rng.randrange(3)
    broken = line[:place] + put + line[place + cut :]
    plain = reply(broken, MANY)
    with pytest.MonkeyPatch.context() as patch:
        strict = strictly(broken, patch)

    for name in ("id", "result", "error"):
        assert plain.content.get(name) == strict.get(name)
