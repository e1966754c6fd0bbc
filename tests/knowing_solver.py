"""A solver that was told the answers: `knowing_solver.py ANSWERS.json [OPERATOR=BEHAVIOUR ...]`.

It reads a script from its input, or from the file that `--file=` names. About an operator that is
named it behaves as told; a script that it was not told of it does not decide.
"""

import json
import os
import sys
import time
from pathlib import Path


def behave(behaviour: str, known: dict[str, str]) -> str:
    match behaviour:
        case "lie":
            return known["lie"]
        case "wrong-model":
            return known["wrong_model"]
        case "crash":
            os.abort()
        case "hang":
            time.sleep(60)
        case "garbage":
            return "\x00\x01 what? \n{["
        case "error":
            return '(error "line 3: unknown function")'
        case "unsupported":
            return '(error "this is not supported")'
    return behaviour


def main() -> None:
    answers = json.loads(Path(sys.argv[1]).read_text())
    options = dict(word.split("=", 1) for word in sys.argv[2:])
    file = options.get("--file")
    script = Path(file).read_text() if file else sys.stdin.read()
    text = script[script.index("(set-logic") : script.index("(check-sat)")].strip()
    known = answers.get(text)
    if known is None:
        sys.stdout.write("unknown\n")
        return
    behaviour = options.get(known["operator"])
    answer = behave(behaviour, known) if behaviour else known["answer"]
    sys.stdout.write(f"success\nunsupported\n{answer}\n")


if __name__ == "__main__":
    main()
