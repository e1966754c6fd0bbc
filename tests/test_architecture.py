"""The rules that keep the layout true: who imports whom, what that costs, how large pieces are."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from automaton.regex import Regex
from automaton.terms import Formula

ROOT = Path(__file__).parents[1]
PACKAGES = ("automaton", "encoders", "portfolio")
HEAVY = {"click", "cvc5", "numba", "ray", "rich", "z3"}
ORDER_SENTENCE = "each importing only those above it:"

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_MEDIAN_LINES = 10
MAX_KERNEL_LINES = 45
MAX_KERNEL_PARAMETERS = 8

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


MODULES = {module_name(path): path for path in sources(*PACKAGES)}
INITS = {name: path for name, path in MODULES.items() if path.name == "__init__.py"}
EVERYTHING = sources(*PACKAGES, "benchmarks", "tests")


def imports(path: Path) -> set[str]:
    """Return the modules of the project that `path` imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            source = str(node.module)
            whole = {f"{source}.{alias.name}" for alias in node.names}
            parts = whole & set(MODULES)
            found |= parts if parts == whole else parts | {source}
    return found & set(MODULES)


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def kernels() -> list[Function]:
    folder = sources("automaton/kernels")
    return [
        function
        for path in folder
        for function in functions(path)
        if {"inlined", "kernel"} & {ast.unparse(d) for d in function.decorator_list}
    ]


def where(path: Path, node: Function) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("automaton", ("encoders", "portfolio")),
        ("encoders", ("portfolio",)),
        ("encoders.iam", ("encoders.smtlib",)),
        ("encoders.smtlib", ("encoders.iam",)),
    ],
)
def test_imports_point_one_way(package: str, forbidden: tuple[str, ...]) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        if lies_in(name, package)
        for other in imports(path)
        if any(lies_in(other, banned) for banned in forbidden)
    ]

    assert wrong == []


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def order_of(package: str) -> list[str]:
    """Return the modules of `package` in the order of the list in its docstring."""
    docstring = ast.get_docstring(tree_of(INITS[package])) or ""
    _, found, listing = docstring.partition(ORDER_SENTENCE)
    assert found, f"`{package}` does not list its modules after `{ORDER_SENTENCE}`"
    names = without_parentheses(listing.split("\n\n")[0]).rstrip(" .")
    return re.split(r"\s*,\s+|\s+and\s+", names.strip())


def without_parentheses(text: str) -> str:
    kept, depth = "", 0
    for char in text:
        depth += (char == "(") - (char == ")")
        kept += char if depth == 0 and char != ")" else ""
    return kept


def children(package: str) -> list[str]:
    prefix = f"{package}."
    inner = [name.removeprefix(prefix) for name in MODULES if name.startswith(prefix)]
    return [name for name in inner if "." not in name]


# The two encoders stand side by side; the rule above keeps them apart.
LAYERED = [package for package in INITS if package != "encoders" and children(package)]


@pytest.mark.parametrize("package", LAYERED)
def test_a_package_lists_its_modules(package: str) -> None:
    assert sorted(order_of(package)) == sorted(children(package))


@pytest.mark.parametrize("package", LAYERED)
def test_a_module_imports_only_modules_above_it(package: str) -> None:
    order = {name: place for place, name in enumerate(order_of(package))}
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        for other in imports(path)
        if lies_in(name, package) and lies_in(other, package) and package not in (name, other)
        if order[child(name, package)] < order[child(other, package)]
    ]

    assert wrong == []


def child(name: str, package: str) -> str:
    return name.removeprefix(f"{package}.").split(".")[0]


@pytest.mark.parametrize("name", sorted(set(MODULES) - set(INITS)))
def test_a_module_does_not_import_a_package_that_holds_it(name: str) -> None:
    assert {other for other in imports(MODULES[name]) if lies_in(name, other)} == set()


@pytest.mark.parametrize("package", sorted(INITS))
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    program = f"import sys, {package}; print(*{HEAVY} & set(sys.modules))"
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert finished.stdout.strip() == ""


def test_the_referee_imports_definitions_only() -> None:
    allowed = {f"automaton.{name}" for name in ("charset", "pieces", "regex", "terms", "verdict")}

    assert imports(MODULES["automaton.evaluate"]) <= allowed


def test_the_referee_of_scripts_imports_definitions_only() -> None:
    names = ("charset", "evaluate", "regex", "sorts", "verdict")
    definitions = {f"automaton.{name}" for name in names}
    own = {
        f"encoders.smtlib.{name}" for name in ("evaluate", "functions", "languages", "term", "walk")
    }

    assert [name for name in own if not imports(MODULES[name]) <= definitions | own] == []


def test_the_solver_and_the_encoders_do_not_use_the_referee() -> None:
    allowed = {"portfolio.validate", "encoders.smtlib.functions", "encoders.smtlib.languages"}

    users = {name for name, path in MODULES.items() if "automaton.evaluate" in imports(path)}

    assert users <= allowed


def test_only_kernels_import_numba() -> None:
    users = {
        name
        for name, path in MODULES.items()
        if any(lies_in(full_name, "numba") for full_name in bindings(path).values())
    }

    assert {name for name in users if not lies_in(name, "automaton.kernels")} == set()


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    long_ones = [where(path, f) for f in functions(path) if length(f) >= MAX_FUNCTION_LINES]

    assert long_ones == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


def test_the_median_function_is_short() -> None:
    lengths = [length(function) for path in MODULES.values() for function in functions(path)]

    assert median(lengths) <= MAX_MEDIAN_LINES


@pytest.mark.parametrize("kernel", kernels(), ids=lambda kernel: kernel.name)
def test_kernels_are_small_and_their_bit_code_has_named_constants(kernel: Function) -> None:
    parameters = kernel.args.posonlyargs + kernel.args.args + kernel.args.kwonlyargs

    assert length(kernel) <= MAX_KERNEL_LINES
    assert len(parameters) <= MAX_KERNEL_PARAMETERS
    assert bare_bits(kernel) == []


BIT_OPERATORS = ast.BitAnd | ast.BitOr | ast.BitXor | ast.LShift | ast.RShift


def bare_bits(kernel: Function) -> list[str]:
    """Return the bit expressions with an integer literal: it would make a float of a uint64."""
    found = []
    for node in ast.walk(kernel):
        operands: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, BIT_OPERATORS):
            operands = [node.left, node.right]
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, BIT_OPERATORS):
            operands = [node.value]
        if any(isinstance(o, ast.Constant) and isinstance(o.value, int) for o in operands):
            found.append(ast.unparse(node))
    return found


def test_every_kernel_is_found() -> None:
    assert {"explore", "find_row"} <= {kernel.name for kernel in kernels()}


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


# `automaton.terms` hands on the classes of `automaton.formula`, `regex` those of `expression`.
RAW = {
    f"{module}.{kind.__name__}"
    for kind in subclasses(Regex) | subclasses(Formula)
    for module in (kind.__module__, "automaton.terms", "automaton.regex")
}


BUILDERS = {f"automaton.{name}" for name in ("expression", "regex", "formula", "terms")}


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: str(path.relative_to(ROOT)))
def test_terms_are_built_by_their_smart_constructors(path: Path) -> None:
    if module_name(path) in BUILDERS:
        return
    names = bindings(path)
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]

    assert [ast.unparse(call) for call in calls if full_name(call, names) in RAW] == []


def test_the_raw_constructors_are_known() -> None:
    assert {"automaton.regex.Loop", "automaton.terms.InRegex", "automaton.terms.And"} <= RAW


def bindings(path: Path) -> dict[str, str]:
    """Return what each imported name of a file stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
        elif isinstance(node, ast.Import):
            found.update({alias.asname or alias.name: alias.name for alias in node.names})
    return found


def full_name(call: ast.expr, names: dict[str, str]) -> str:
    first, _, rest = ast.unparse(call).partition(".")
    return f"{names.get(first, first)}.{rest}".rstrip(".")


@pytest.mark.parametrize("package", sorted(INITS))
def test_public_names_are_sorted_and_exist(package: str) -> None:
    module = importlib.import_module(package)
    names = list(getattr(module, "__all__", ()))

    assert names == sorted(names, key=isort_key)
    assert [name for name in names if not hasattr(module, name)] == []


def isort_key(name: str) -> tuple[int, str]:
    """Sort constants first, then classes, then the rest, as ruff does."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_encoders_pass_over_nothing() -> None:
    passes = [
        f"{name}:{node.lineno}"
        for name, path in MODULES.items()
        if lies_in(name, "encoders")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Pass)
    ]

    assert passes == []
    logging = [name for name, path in MODULES.items() if "logging" in bindings(path).values()]
    assert [name for name in logging if not lies_in(name, "portfolio")] == []
