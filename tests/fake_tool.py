"""A tool of which a test decides how it behaves: `python fake_tool.py BEHAVIOUR [FILE]`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    behaviour, *places = sys.argv[1:]
    for line in sys.stdin:
        asked = json.loads(line)
        if behaviour == "notes" or (behaviour == "first-dies" and not Path(places[0]).exists()):
            with Path(places[0]).open("a", encoding="utf-8") as file:
                file.write(line)
        if behaviour == "first-dies" and Path(places[0]).read_text("utf-8") == line:
            sys.exit(3)
        act(behaviour, asked, places)


def act(behaviour: str, asked: dict[str, object], places: list[str]) -> None:
    if behaviour == "dies":
        sys.exit(3)
    if behaviour == "hangs":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(places[0]).write_text(str(child.pid), encoding="utf-8")
        time.sleep(600)
    if behaviour == "babbles":
        say("no JSON")
    elif behaviour == "floods":
        say("x" * (3 << 20))
    else:
        word = asked["id"] if behaviour == "echoes" else behaviour.removeprefix("says-")
        answer = "PASS" if behaviour in ("notes", "first-dies") else word
        say(json.dumps({"answer": answer, "detail": "because"}))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
