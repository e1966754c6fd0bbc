"""Verdicts that are kept: the same as without, judged again, and only where that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automaton import regex as rx
from automaton import terms as t
from automaton.terms import Problem, Sort, Variable
from automaton.verdict import Reason, Sat, Unknown, Unsat, Verdict
from encoders.iam.parse import policy_from_json
from portfolio.answer import Answer, Disagreement
from portfolio.cache import Kept, Store, Values, place_of, recalled
from portfolio.cache_memory import Bounds, MemoryStore
from portfolio.cache_sqlite import SqliteStore, prepare
from portfolio.conduct import Conduct
from portfolio.differential.strategies.problems import problems
from portfolio.limits import Limits, Schedule
from portfolio.members import Member, by_name
from portfolio.race import race
from portfolio.solve import solve_script
from portfolio.trust import ALL, PLAIN
from tests.fakes import SATISFIABLE, UNSATISFIABLE, WRONG, Scripted
from tests.service_client import POLICY, WIDER
from tests.test_cache_key import renamed

AUTOMATON = by_name(("automaton",))
NARROW = {
    **POLICY,
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::d/*"}],
}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore(Bounds())
        return
    path = tmp_path / "verdicts"
    prepare(path)
    found = SqliteStore(path, Bounds())
    yield found
    assert found.trouble is None
    found.close()


def asked(
    store: Store | None,
    problem: Problem,
    members: tuple[Member, ...] = AUTOMATON,
    schedule: Schedule = Schedule.STAGGERED,
) -> Answer:
    def run() -> Answer:
        return race(problem, members=members, limits=Limits(wall_s=10), schedule=schedule)

    return recalled(store, problem, members=members, schedule=schedule, validate=None, run=run)


def answering(verdict: Verdict, **more: object) -> Callable[[], Answer]:
    winner = None if isinstance(verdict, Unknown) else "fake"
    answer = Answer(verdict=verdict, winner=winner, wall_s=0.0, members=())
    return lambda: replace(answer, **more)  # type: ignore[arg-type]


def put(store: Store, problem: Problem, run: Callable[[], Answer]) -> None:
    recalled(store, problem, members=AUTOMATON, schedule=Schedule.EAGER, validate=None, run=run)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problem=problems(), seed=st.integers(0, 9))
def test_a_recalled_verdict_is_that_of_a_race(store: Store, problem: Problem, seed: int) -> None:
    expected = asked(None, problem)

    first = asked(store, problem)
    again = asked(store, problem)
    other = asked(store, renamed(problem, seed))

    kinds = {type(one.verdict) for one in (expected, first, again, other)}
    assert len(kinds) == 1
    assert again.is_cached == (not isinstance(expected.verdict, Unknown))


@pytest.mark.parametrize("problem", [SATISFIABLE, UNSATISFIABLE])
def test_what_is_kept_says_so_and_who_won(store: Store, problem: Problem) -> None:
    first, again = asked(store, problem), asked(store, problem)

    assert (first.is_cached, again.is_cached) == (False, True)
    assert (again.winner, again.members) == ("automaton", ())
    assert again.verdict == first.verdict
    assert again.to_json()["cached"] is True
    assert "cached" not in first.to_json()


def test_a_problem_with_other_names_is_recalled_with_its_own(store: Store) -> None:
    asked(store, SATISFIABLE)

    answer = asked(store, renamed(SATISFIABLE, 1))

    assert answer.is_cached
    assert isinstance(answer.verdict, Sat)
    assert [*answer.verdict.model] == ["v0"]


def test_an_unknown_is_not_kept(store: Store) -> None:
    put(store, UNSATISFIABLE, answering(Unknown(Reason.TIME)))

    assert store.get(place_of(UNSATISFIABLE, AUTOMATON).key) is None


def test_a_contradicted_answer_is_not_kept(store: Store) -> None:
    objection = Disagreement(member="other", verdict=Unsat(), objection="no")
    put(store, UNSATISFIABLE, answering(Unsat(), disagreements=(objection,)))

    assert store.get(place_of(UNSATISFIABLE, AUTOMATON).key) is None


def test_a_model_without_a_value_is_not_kept(store: Store) -> None:
    put(store, SATISFIABLE, answering(Sat({})))

    assert store.get(place_of(SATISFIABLE, AUTOMATON).key) is None


@pytest.mark.parametrize("values", [("zz",), (3,), (), ("ab", "ab")])
def test_a_model_that_does_not_stand_is_dropped_and_the_race_is_run(
    store: Store, values: Values
) -> None:
    key = place_of(SATISFIABLE, AUTOMATON).key
    store.put(key, Kept("automaton", values))

    answer = asked(store, SATISFIABLE)

    assert (answer.is_cached, type(answer.verdict)) == (False, Sat)
    kept = store.get(key)
    assert kept is not None
    assert kept.values != values


def test_a_model_that_the_question_objects_to_is_not_used(store: Store) -> None:
    asked(store, SATISFIABLE)

    answer = recalled(
        store,
        SATISFIABLE,
        members=AUTOMATON,
        schedule=Schedule.EAGER,
        validate=lambda model: "its witness does not replay",
        run=answering(Unknown(Reason.DISAGREEMENT)),
    )

    assert isinstance(answer.verdict, Unknown)


def test_other_members_versions_and_options_are_asked_anew() -> None:
    one, newer, z3 = Scripted("one", Unsat()), Scripted("one", Unsat()), by_name(("z3",))
    newer.version = lambda: "2.0"  # type: ignore[method-assign]
    seeded = replace(z3[0], options=(("smt.random_seed", "7"),))  # type: ignore[type-var]
    sets: list[tuple[Member, ...]] = [(one,), (newer,), z3, (seeded,), (one, *z3), AUTOMATON]

    keys = {place_of(UNSATISFIABLE, members).key for members in sets}

    assert len(keys) == len(sets)
    assert place_of(UNSATISFIABLE, (one, *z3)) == place_of(UNSATISFIABLE, (*z3, one))


def test_members_that_are_trusted_for_less_are_asked_anew() -> None:
    one, less, other = (Scripted("one", Unsat(), trusted=trusted) for trusted in (ALL, PLAIN, ALL))
    other.solver = "z3"  # type: ignore[attr-defined]

    keys = {place_of(UNSATISFIABLE, (member,)).key for member in (one, less, other)}

    assert len(keys) == 3


def test_the_schedule_does_not_matter_but_run_all_asks_everybody(store: Store) -> None:
    asked(store, UNSATISFIABLE, schedule=Schedule.EAGER)

    assert asked(store, UNSATISFIABLE, schedule=Schedule.STAGGERED).is_cached
    assert not asked(store, UNSATISFIABLE, schedule=Schedule.RUN_ALL).is_cached


def test_what_was_kept_is_forgotten_once_somebody_contradicts_it(store: Store) -> None:
    members = (Scripted("liar", Unsat()), *AUTOMATON)
    assert isinstance(asked(store, SATISFIABLE, members).verdict, Unsat)

    everybody = asked(store, SATISFIABLE, members, Schedule.RUN_ALL)

    assert [one.member for one in everybody.disagreements] == ["liar"]
    assert not asked(store, SATISFIABLE, members).is_cached


def test_nothing_is_kept_of_a_member_that_cannot_tell_its_version(store: Store) -> None:
    def fail() -> str:
        raise RuntimeError("no version")

    member = Scripted("one", Unsat())
    member.version = fail  # type: ignore[method-assign]

    answers = [asked(store, UNSATISFIABLE, (member,)) for _ in range(2)]

    assert [type(answer.verdict) for answer in answers] == [Unsat, Unsat]
    assert member.starts == 2


def test_a_wrong_model_of_a_member_is_never_kept(store: Store) -> None:
    liar = (Scripted("liar", WRONG),)

    answer = asked(store, SATISFIABLE, members=liar)

    assert isinstance(answer.verdict, Unknown)
    assert store.get(place_of(SATISFIABLE, liar).key) is None


def test_values_of_every_sort_are_kept(store: Store) -> None:
    values = (True, 3, 1 << 100, Fraction(-1, 3), "\ud800 and \U0002ffff", "", -5)

    store.put(b"key", Kept("z3", values))

    assert store.get(b"key") == Kept("z3", values)
    store.drop(b"key")
    assert store.get(b"key") is None


def test_every_sort_is_recalled(store: Store) -> None:
    real, address = Variable("r", Sort.REAL), Variable("a", Sort.IPV6)
    problem = Problem(
        (t.equals(real, Fraction(1, 3)), t.at_least(address, 1 << 100), t.is_true(_flag()))
    )

    first, again = asked(store, problem), asked(store, problem)

    assert (again.is_cached, again.verdict) == (True, first.verdict)


def _flag() -> Variable:
    return Variable("flag", Sort.BOOL)


def test_checks_are_recalled_with_their_witness(store: Store) -> None:
    conduct = Conduct(members=AUTOMATON, schedule=Schedule.EAGER, store=store)
    narrow, wide = policy_from_json(NARROW), policy_from_json(WIDER)

    first, again = (conduct.no_new_access(narrow, wide) for _ in range(2))

    assert (first.answer.is_cached, again.answer.is_cached) == (False, True)
    assert again.explanation == first.explanation
    assert again.passed is False


def test_scripts_are_recalled_under_their_own_names(store: Store) -> None:
    text = "(declare-const {0} String)(assert (str.in_re {0} (re.+ (str.to_re |ab|))))"
    texts = [text.format(name).replace("|", '"') for name in ("one", "two")]

    first, again = (solve_script(each, members=AUTOMATON, store=store) for each in texts)

    assert (first.verdict, again.verdict) == (Sat({"one": "ab"}), Sat({"two": "ab"}))
    assert (first.is_cached, again.is_cached) == (False, True)


def test_a_script_in_its_own_words_is_not_kept(store: Store) -> None:
    text = '(declare-fun f (String) String)(assert (= (f "a") "b"))(check-sat)'

    first, again = (solve_script(text, members=AUTOMATON, store=store) for _ in range(2))

    assert (first.is_cached, again.is_cached) == (False, False)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"[1, null]", b'["a", [null]]', b'["a", [{}]]', b'["a", [1.5]]', b"\xff"]
)
def test_what_is_no_entry_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|codec|unpack|no verdict"):
        Kept.from_bytes(text)


def test_the_least_used_make_room_in_memory() -> None:
    store = MemoryStore(Bounds(entries=3))
    for name in (b"a", b"b", b"c"):
        store.put(name, Kept(name.decode(), None))
    store.get(b"a")

    store.put(b"d", Kept("d", None))

    assert store.get(b"b") is None
    assert [store.get(name) is not None for name in (b"a", b"c", b"d")] == [True] * 3
    assert len(store) == 3


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=300)), max_size=40))
def test_a_store_in_memory_stays_within_its_bounds(entries: list[tuple[int, str]]) -> None:
    store = MemoryStore(Bounds(entries=5, size_bytes=2000))

    for number, text in entries:
        store.put(bytes([number]), Kept("a", (text,)))
        assert len(store) <= 5
        assert store.size_bytes <= 2000
    store.close()

    assert (len(store), store.size_bytes) == (0, 0)


def test_a_pattern_is_known_by_what_it_says() -> None:
    x = Variable("x", Sort.STRING)
    one, two = (Problem((t.in_regex(x, rx.glob(text)),)) for text in ("a*b", "a**b"))

    assert place_of(one, AUTOMATON) == place_of(two, AUTOMATON)
