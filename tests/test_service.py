"""The endpoints of a service: the same answers as `batch`, and a status for everything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from portfolio.asked import QUESTIONS
from portfolio.batch import MANY, answer_lines
from portfolio.members import by_name
from portfolio.service.schemas import BODIES
from tests.service_client import BODY, POLICY, WIDER, Json, Reply, Server, serving

RESOURCE: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*",
            "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/28"}},
        }
    ],
}
OPEN: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}
    ],
}
REQUEST: Json = {
    "principal": {"AWS": "arn:aws:iam::111122223333:user/ann"},
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::data/one",
}
STACK: Json = {"identity": [WIDER], "scp": [[WIDER]]}
UNSUPPORTED: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"BinaryEquals": {"aws:something": "YQ=="}},
        }
    ],
}

CASES: list[tuple[str, Json]] = [
    ("no-new-access", BODY),
    ("no-new-access", {"id": "a", "existing": POLICY, "new": WIDER}),
    ("no-new-access", {"id": [1.50, None], "existing": POLICY, "new": POLICY}),
    ("no-new-access", {"existing": POLICY, "new": UNSUPPORTED}),
    ("no-new-access", {"existing": POLICY, "new": POLICY, "policyType": "boundary"}),
    ("stack-no-new-access", {"existing": STACK, "new": {**STACK, "boundary": [POLICY]}}),
    ("no-public-access", {"policy": OPEN, "resourceType": "AWS::S3::Bucket"}),
    ("no-public-access", {"policy": OPEN, "definition": "s3-block-public-access"}),
    ("no-public-access", {"policy": RESOURCE}),
    ("no-cross-account-access", {"policy": RESOURCE, "trustedAccounts": ["111122223333"]}),
    ("no-cross-account-access", {"policy": RESOURCE, "trustedAccounts": "444455556666"}),
    ("access-not-granted", {"policy": POLICY, "access": {"actions": ["s3:PutObject"]}}),
    (
        "access-not-granted",
        {"policy": POLICY, "access": {"actions": ["s3:GetObject", "s3:P*"], "resources": "*"}},
    ),
    ("compare", {"first": POLICY, "second": WIDER}),
    ("compare", {"first": POLICY, "second": POLICY}),
    ("simulate", {"request": REQUEST, "policies": STACK}),
    ("findings", {"policy": RESOURCE, "trustedAccounts": ["444455556666"]}),
    ("who-can", {"policy": RESOURCE, "action": "s3:GetObject"}),
    ("what-can", {"policy": POLICY}),
    ("where-can", {"policy": POLICY, "action": "s3:GetObject", "principal": None}),
    ("redundancy", {"policy": WIDER}),
    ("no-wide-access", {"policy": RESOURCE, "ipv4": 4}),
]

WRONG: list[tuple[str, Json]] = [
    ("no-new-access", {"existing": POLICY}),
    ("no-new-access", {"id": 3, "existing": POLICY, "new": {"Statement": [{"Effect": "Allow"}]}}),
    ("no-new-access", {**BODY, "policytype": "identity"}),
    ("no-new-access", {**BODY, "policyType": "none"}),
    ("no-public-access", {"policy": POLICY, "policyType": "identity"}),
    ("no-cross-account-access", {"policy": RESOURCE}),
    ("access-not-granted", {"policy": POLICY, "access": {}}),
    ("simulate", {"request": {**REQUEST, "action": "s3"}, "policies": STACK}),
    ("who-can", {"policy": RESOURCE, "action": 3}),
    ("no-wide-access", {"policy": RESOURCE, "ipv4": -1}),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Who takes part on a busy machine besides the automaton is a matter of chance.
    alone = ("--members", "automaton")
    with serving("--max-body", "20000", "--timeout", "20", *alone) as found:
        yield found


ALONE = replace(MANY, members=by_name(("automaton",)))


def printed(question: str, body: Json) -> Json:
    """Return what `batch` prints for a question."""
    line = json.dumps({"id": None, **body, "question": question}).encode()
    (answer,) = answer_lines(BytesIO(line), ALONE, workers=1)
    found: Json = json.loads(answer)
    return found


def without_times(value: Any) -> Any:
    """Return a result with what differs from one time to the next taken out."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in ("wall_s", "cpu_s", "peak_mib")}
        return {name: without_times(item) for name, item in kept.items()}
    return [*map(without_times, value)] if isinstance(value, list) else value


def test_there_is_a_case_for_every_question() -> None:
    assert {question for question, _ in CASES} == {*QUESTIONS}
    assert {*BODIES} == {*QUESTIONS, "solve"}


@pytest.mark.parametrize(("question", "body"), CASES)
def test_an_endpoint_answers_what_batch_prints(server: Server, question: str, body: Json) -> None:
    reply = server.post(f"/v1/{question}", body)

    assert reply.status == 200
    assert without_times(reply.json) == without_times(printed(question, body))
    assert [*reply.json] == [*printed(question, body)]


@pytest.mark.parametrize(("question", "body"), WRONG)
def test_what_asks_nothing_is_422_with_the_error_of_batch(
    server: Server, question: str, body: Json
) -> None:
    reply = server.post(f"/v1/{question}", body)

    assert reply.status == 422
    assert reply.json == printed(question, body)


@pytest.mark.parametrize(
    "text",
    [b"{", b"\xff", b'{"existing": NaN}', b"1 2", b"\xef\xbb\xbf{}"],
)
def test_what_is_no_json_is_400_with_the_error_of_batch(server: Server, text: bytes) -> None:
    reply = server.post("/v1/no-new-access", text)

    assert reply.status == 400
    (line,) = answer_lines(BytesIO(text), ALONE, workers=1)
    assert reply.json == json.loads(line)


@pytest.mark.parametrize(
    "text", [b'{"a": 1, "a": 2}', b'{"id": "\\ud800"}', b'{"id": "\\udbff\\udfff"}', b"[" * 10**4]
)
def test_json_that_is_refused_is_422_with_the_error_of_batch(server: Server, text: bytes) -> None:
    reply = server.post("/v1/no-new-access", text)

    assert reply.status == 422
    (line,) = answer_lines(BytesIO(text), ALONE, workers=1)
    assert reply.json == json.loads(line)


def test_no_body_is_no_json(server: Server) -> None:
    reply = server.post("/v1/no-new-access", b"")

    assert (reply.status, reply.json["error"]["path"]) == (400, "$")


def test_a_body_does_not_name_the_question(server: Server) -> None:
    reply = server.post("/v1/no-new-access", {**BODY, "question": "no-new-access"})

    assert reply.status == 422
    assert reply.json["error"]["path"] == "$.question"


def test_a_body_that_is_no_object_is_422(server: Server) -> None:
    reply = server.post("/v1/compare", [])

    assert (reply.status, reply.message) == (422, "expected an object, found an array")


def test_a_script_is_solved(server: Server) -> None:
    script = '(declare-const x String)(assert (str.in_re x ((_ re.loop 2 3) (str.to_re "ab"))))'

    reply = server.post("/v1/solve", {"id": 5, "script": script})

    assert reply.status == 200
    assert (reply.json["id"], reply.json["verdict"]) == (5, "sat")
    assert reply.json["model"]["x"] in ("abab", "ababab")


def test_a_script_in_old_names_is_solved(server: Server) -> None:
    script = '(declare-const x String)(assert (str.in.re x (str.to.re "ab")))'

    assert server.post("/v1/solve", {"script": script}).status == 422
    reply = server.post("/v1/solve", {"script": script, "oldNames": True})
    assert reply.json["model"] == {"x": "ab"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$"),
        ({"script": 3}, "$.script"),
        ({"script": "(assert"}, "$.script"),
        ({"script": "", "oldNames": 1}, "$.oldNames"),
        ({"script": "", "more": 1}, "$.more"),
    ],
)
def test_what_is_no_script_is_422_with_its_place(server: Server, body: Json, path: str) -> None:
    reply = server.post("/v1/solve", body)

    assert reply.status == 422
    assert reply.json["error"]["path"] == path


def test_a_script_cannot_write_files(server: Server, tmp_path: Any) -> None:
    target = tmp_path / "written"
    script = f'(set-option :regular-output-channel "{target}")(echo "a")(check-sat)'

    server.post("/v1/solve", {"script": script})

    assert not target.exists()


def test_lines_are_answered_as_by_batch_and_in_order(server: Server) -> None:
    lines = [{"id": n, "question": q, **b} for n, (q, b) in enumerate(CASES)]
    wrong = [b"", b"{", json.dumps({"id": 1, "question": "none"}).encode()]
    body = b"\n".join([*(json.dumps(line).encode() for line in lines[:8]), *wrong])

    reply = batch(server, body)

    expected = [json.loads(line) for line in answer_lines(BytesIO(body), ALONE, workers=1)]
    found = [json.loads(line) for line in reply.text.splitlines()]
    assert (reply.status, reply.headers["content-type"]) == (200, "application/x-ndjson")
    assert without_times(found) == without_times(expected)


def batch(server: Server, body: bytes) -> Reply:
    return server.send("POST", "/v1/batch", body, {"content-type": "application/x-ndjson"})


def test_no_lines_get_no_answers(server: Server) -> None:
    reply = batch(server, b"")

    assert (reply.status, reply.text) == (200, b"")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/json; v=1; charset=latin-1",
    ],
)
def test_another_content_type_is_415(server: Server, kind: str) -> None:
    reply = server.post("/v1/no-new-access", BODY, content_type=kind)

    assert reply.status == 415


@pytest.mark.parametrize("kind", ["application/json;charset=utf-8;v=1", 'Application/JSON; v="1"'])
def test_what_else_a_content_type_says_does_not_matter(server: Server, kind: str) -> None:
    assert server.post("/v1/no-new-access", BODY, content_type=kind).status == 200


def test_a_body_that_is_compressed_or_of_no_type_is_415(server: Server) -> None:
    zipped = server.post("/v1/no-new-access", BODY, content_encoding="gzip")
    untyped = server.send("POST", "/v1/no-new-access", b"{}")

    assert (zipped.status, untyped.status) == (415, 415)


def test_a_body_that_is_too_large_is_413(server: Server) -> None:
    reply = server.post("/v1/no-new-access", b" " * 20001)

    assert (reply.status, reply.message) == (413, "the body has more than 20000 bytes")
    assert server.post("/v1/no-new-access", json.dumps(BODY).encode().ljust(20000)).status == 200


def test_a_body_without_length_that_is_too_large_is_413(server: Server) -> None:
    with server.connect() as connection:
        start = b"POST /v1/compare HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
        connection.sendall(start + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(5):
            connection.sendall(b"1388\r\n" + b" " * 5000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

        assert connection.recv(12) == b"HTTP/1.1 413"


def test_another_method_is_405_and_names_those_there_are(server: Server) -> None:
    got, posted = server.get("/v1/compare"), server.post("/health/live", b"")

    assert (got.status, got.headers["allow"]) == (405, "POST")
    assert posted.status == 405
    assert {*posted.headers["allow"].split(", ")} == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/", "/v1/none", "/v1", "/v1/compare/", "/v1/%00", "//"])
def test_an_unknown_path_is_404(server: Server, path: str) -> None:
    reply = server.post(path, BODY)

    assert reply.status == 404
    assert reply.json["id"] is None


@pytest.mark.parametrize("text", ["", "0", "-1", "1e3", "nan", "1.", "soon", "01", "9999999"])
def test_a_time_that_is_none_is_400(server: Server, text: str) -> None:
    reply = server.post("/v1/no-new-access", BODY, keyaki_timeout=text)

    assert reply.status == 400


@pytest.mark.parametrize("text", ["0.5", "1", "12.25", "999999"])
def test_a_time_is_taken_and_the_services_own_is_the_most(server: Server, text: str) -> None:
    assert server.post("/v1/no-new-access", BODY, keyaki_timeout=text).status == 200


def test_a_service_that_answers_is_alive_and_ready(server: Server) -> None:
    live, ready = server.get("/health/live"), server.get("/health/ready")

    assert (live.status, live.json) == (200, {"status": "alive"})
    assert (ready.status, ready.json["status"]) == (200, "ready")
    assert ready.json["members"]["automaton"]


def test_the_id_of_a_request_comes_back_and_is_in_the_log(server: Server) -> None:
    own = server.post("/v1/compare", {"first": POLICY, "second": WIDER}, x_request_id="me-1")
    other = server.post("/v1/compare", {"first": POLICY, "second": POLICY}, x_request_id="no way")

    assert own.headers["x-request-id"] == "me-1"
    assert other.headers["x-request-id"] not in ("", "no way")
    (logged,) = [entry for entry in server.events("request") if entry["id"] == "me-1"]
    assert (logged["path"], logged["status"]) == ("/v1/compare", 200)
    assert (logged["question"], logged["result"]) == ("compare", "more")
    assert logged["members"] == {"automaton": "answered"}
    assert logged["winner"] == "automaton"


def test_the_log_says_nothing_of_policies(server: Server) -> None:
    marked = {**WIDER, "Id": "very-secret", "Statement": [{**WIDER["Statement"][0], "Sid": "hush"}]}
    server.post("/v1/compare", {"id": "mine", "first": marked, "second": marked})
    server.post("/v1/compare", {"first": {**marked, "wrong-very-secret": 1}, "second": marked})

    assert "secret" not in json.dumps(server.log)
    assert "hush" not in json.dumps(server.log)


def test_what_only_grows_is_a_counter(server: Server) -> None:
    lines = server.get("/metrics").text.decode().splitlines()
    kinds = dict(line.split()[2:] for line in lines if line.startswith("# TYPE keyaki_"))

    assert {name for name, kind in kinds.items() if kind == "gauge" and "_created" not in name} == {
        "keyaki_queue_length",
        "keyaki_in_flight",
        "keyaki_workers",
        "keyaki_workers_ready",
        "keyaki_workers_resident_bytes",
    }


def test_answers_are_counted(server: Server) -> None:
    line = 'keyaki_queries_total{question="redundancy",result="found"}'
    before, wins = server.metric(line), server.metric('keyaki_wins_total{member="automaton"}')

    server.post("/v1/redundancy", {"policy": POLICY})
    server.post("/v1/no-new-access", BODY)

    assert server.metric(line) == before + 1
    assert server.metric('keyaki_wins_total{member="automaton"}') == wins + 1
    assert server.metric('keyaki_member_ends_total{end="answered",member="automaton"}') > wins
    assert server.metric('keyaki_request_seconds_count{question="redundancy"}') == before + 1
    assert server.metric('keyaki_requests_total{path="/v1/redundancy",status="200"}') == before + 1
    assert server.metric("keyaki_queue_length") == 0
    assert server.metric("keyaki_workers ") > 0
    assert server.metric("keyaki_workers_resident_bytes") > 0
