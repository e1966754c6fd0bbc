"""The OpenAPI document: valid, complete, and what schemathesis finds a service to keep to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio.asked import QUESTIONS
from portfolio.service.openapi import ERRORS, document
from portfolio.service.schemas import BODIES
from portfolio.service.settings import Settings
from tests.service_client import Server, serving

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")

QUIET = ("--suppress-health-check", "all", "--warnings", "off")
"""How long it takes to draw a stack of policies is no business of the service."""

CONFIGURATION = """
# A policy may be well-formed and still none: the schemas say no more than the form.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "422"]
"""


HOOKS = """
import schemathesis

@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("--timeout", "10", "--no-request-log") as found:
        yield found


def test_every_question_has_a_path_with_all_its_statuses() -> None:
    paths = document(Settings())["paths"]

    assert {f"/v1/{name}" for name in [*QUESTIONS, "solve", "batch"]} <= paths.keys()
    for name in BODIES:
        assert {"200", *ERRORS} == paths[f"/v1/{name}"]["post"]["responses"].keys()


def test_what_any_connection_may_get_is_told_of_every_path() -> None:
    paths = document(Settings())["paths"]

    for methods in paths.values():
        (operation,) = methods.values()
        assert {"408", "431", "500", "503"} <= operation["responses"].keys()


def test_every_reference_leads_somewhere() -> None:
    whole = document(Settings())
    text = json.dumps(whole)
    found = {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}

    assert found == {
        f"{kind}/{name}" for kind, named in whole["components"].items() for name in named
    }


def test_the_document_says_how_long_a_request_may_take() -> None:
    (parameter,) = document(Settings())["paths"]["/v1/compare"]["post"]["parameters"]

    assert (parameter["name"], parameter["in"]) == ("Keyaki-Timeout", "header")
    assert "at most 30" in parameter["description"]


def test_schemathesis_finds_nothing(server: Server, tmp_path: Path) -> None:
    assert_keeps_to_document(
        server, tmp_path, "--phases", "fuzzing", "--max-examples", "2", "--no-shrink"
    )


@pytest.mark.slow
def test_schemathesis_finds_nothing_with_many_examples(server: Server, tmp_path: Path) -> None:
    assert_keeps_to_document(server, tmp_path, "--max-examples", "20", timeout_s=3000)


def assert_keeps_to_document(
    server: Server, tmp_path: Path, *arguments: str, timeout_s: float = 300
) -> None:
    """Run schemathesis with all its checks; fail iff it finds anything."""
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    (tmp_path / "hooks.py").write_text(HOOKS)
    url = f"http://127.0.0.1:{server.port}/openapi.json"
    command = [str(SCHEMATHESIS), "--config-file", str(configuration), "run", url]
    finished = subprocess.run(
        [*command, "--seed", "1", "--no-color", "--continue-on-failure", *QUIET, *arguments],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout
    assert "No issues found" in finished.stdout
    assert server.process.poll() is None
