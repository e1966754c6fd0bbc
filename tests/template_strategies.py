"""Problems with templates: strings put together from patterns and from other strings."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from automaton import regex as rx
from automaton import terms as t
from automaton.pieces import Piece
from automaton.regex import Regex
from automaton.terms import Formula, Problem, Sort, Variable
from portfolio.differential.strategies.characters import LETTERS, texts
from portfolio.differential.strategies.patterns import wildcards
from portfolio.differential.strategies.regexes import regexes

STRINGS = tuple(Variable(name, Sort.STRING) for name in "xyz")


def patterns(alphabet: str = LETTERS) -> SearchStrategy[Regex]:
    """Regexes as policies have them: literals first, then wildcards, within a segment too."""
    segment = rx.star(rx.difference(rx.ANY, rx.literal(":")))
    return st.one_of(
        texts(alphabet, 2).map(rx.literal),
        wildcards(alphabet, 3).map(rx.glob),
        st.builds(
            lambda head, tail: rx.concat(head, segment, tail),
            *[texts(alphabet, 1).map(rx.literal)] * 2,
        ),
        st.just(segment),
    )


def templates(
    variables: Sequence[Variable] = STRINGS, languages: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Templates of up to five pieces; a variable may occur twice, and be its own piece."""
    languages = patterns() if languages is None else languages
    piece: SearchStrategy[Piece] = st.one_of(st.sampled_from(variables), languages)
    pieces = st.lists(piece, min_size=1, max_size=5)
    positive = st.builds(
        lambda variable, found: t.in_template(variable, *found), st.sampled_from(variables), pieces
    )
    return positive | positive.map(t.negation)


def template_formulas(
    variables: Sequence[Variable] = STRINGS, languages: SearchStrategy[Regex] | None = None
) -> SearchStrategy[Formula]:
    """Formulas of one to four atoms: templates, and memberships in regexes of the whole algebra."""
    languages = patterns() if languages is None else languages
    plain = st.builds(t.in_regex, st.sampled_from(variables), languages | regexes(max_leaves=3))
    atom = st.one_of(templates(variables, languages), plain, plain.map(t.negation))
    return st.recursive(atom, _larger, max_leaves=4)


def _larger(inner: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    several = st.lists(inner, min_size=2, max_size=3)
    return several.map(lambda parts: t.conjunction(*parts)) | several.map(
        lambda parts: t.disjunction(*parts)
    )


def template_problems() -> SearchStrategy[Problem]:
    """Problems of any shape over three strings."""
    parts = st.lists(template_formulas(), min_size=1, max_size=3)
    return parts.map(lambda found: Problem(tuple(found), declared=STRINGS))


def straight_line_problems() -> SearchStrategy[Problem]:
    """Conjunctions in which x is put together from y and z, y from z, and any are restricted.

    Any negated templates put in z, which nothing restricts.
    """
    x, y, z = STRINGS
    plain = st.builds(t.in_regex, st.sampled_from((x, y)), patterns())
    defined = st.tuples(templates_of(x, (y, z)), templates_of(y, (z,)))
    negated = st.lists(templates_of(x, (z,)) | templates_of(y, (z,)), max_size=2)
    return st.builds(
        lambda found, signed, free: Problem(
            (*found, *signed, *map(t.negation, free)), declared=STRINGS
        ),
        defined,
        st.lists(plain | plain.map(t.negation), max_size=3),
        negated,
    )


def templates_of(
    variable: Variable,
    variables: Sequence[Variable],
    languages: SearchStrategy[Regex] | None = None,
) -> SearchStrategy[Formula]:
    """Templates of a variable from others, each of which occurs once at most."""
    languages = patterns() if languages is None else languages
    order = st.permutations(variables)
    between = st.lists(languages, min_size=len(variables) + 1, max_size=len(variables) + 1)
    return st.builds(
        lambda chosen, gaps: t.in_template(
            variable,
            *(piece for pair in zip(gaps, chosen, strict=False) for piece in pair),
            gaps[-1],
        ),
        order,
        between,
    )


KEYS = tuple(Variable(name, Sort.STRING) for name in ("user", "project", "account"))
RESOURCE, TAG = Variable("resource", Sort.STRING), Variable("tag", Sort.STRING)


def policy_templates() -> SearchStrategy[Formula]:
    """Templates of the shape that policies give: of a resource and of tags, from keys."""
    segment = rx.star(rx.difference(rx.ANY, rx.literal(":")))
    user, project, account = KEYS
    home, arn = rx.literal("arn:aws:s3:::home/"), rx.literal("arn:aws:iam::")
    slash, role = rx.literal("/"), rx.literal(":role/")
    return st.sampled_from(
        [
            t.in_template(RESOURCE, home, user),
            t.in_template(RESOURCE, home, user, slash, rx.ALL),
            t.in_template(RESOURCE, home, user, rx.ALL),
            t.in_template(RESOURCE, home, project, slash, user, slash, rx.ALL),
            t.in_template(RESOURCE, arn, segment, role, user),
            t.in_template(RESOURCE, arn, account, role, rx.ALL),
            t.in_template(RESOURCE, arn, segment, role, segment, project, segment),
            t.in_template(RESOURCE, rx.ALL, slash, account, slash, rx.ALL),
            t.in_regex(RESOURCE, rx.glob("arn:aws:s3:::home/*")),
            t.in_regex(RESOURCE, rx.glob("arn:aws:s3:::home/admin*")),
            t.in_template(TAG, project),
            t.in_template(TAG, user),
            t.in_template(TAG, account, rx.literal("-"), rx.ALL),
            t.in_template(KEYS[0], project),
            t.in_regex(account, rx.loop(rx.char_range("0", "9"), 12, 12)),
            t.negation(t.equals(user, "")),
            t.equals(project, "x"),
        ]
    )


def policy_problems() -> SearchStrategy[Problem]:
    """Problems that ask what one policy, of statements with templates, allows beyond another."""
    atom = policy_templates() | policy_templates().map(t.negation)
    statement = st.lists(atom, min_size=1, max_size=3).map(lambda parts: t.conjunction(*parts))
    policy = st.lists(statement, min_size=1, max_size=4).map(lambda parts: t.disjunction(*parts))
    return st.builds(lambda new, old: Problem((new, t.negation(old))), policy, policy)
