"""Skill expressions: read once, evaluated often, and wrong ones say where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.core.skills import RequirementError, joined, requirement, text_of

NAMES = ["es", "cards", "fraud-desk", "loans.2"]
skill_sets = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 100))
leaves = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(["", ">=", ">", "<=", "<", "="]), st.integers(0, 100)
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=8,
)


def written(tree: tuple) -> str:  # type: ignore[type-arg]
    match tree:
        case ("not", inner):
            return f"not ({written(inner)})"
        case ("and" | "or" as word, left, right):
            return f"({written(left)} {word} {written(right)})"
        case (skill, "", _):
            return str(skill)
        case (skill, operator, level):
            return f"{skill}{operator}{level}"
    raise AssertionError(tree)


def holds(tree: tuple, skills: dict[str, int]) -> bool:  # type: ignore[type-arg]
    match tree:
        case ("not", inner):
            return not holds(inner, skills)
        case ("and", left, right):
            return holds(left, skills) and holds(right, skills)
        case ("or", left, right):
            return holds(left, skills) or holds(right, skills)
    skill, operator, level = tree
    has = skills.get(skill, -1)
    if not operator:
        return has >= 1
    return {
        ">=": has >= level, ">": has > level, "<=": has <= level, "<": has < level,
        "=": has == level,
    }[operator]  # fmt: skip


@given(trees, skill_sets)
def test_an_expression_means_what_it_says(tree: tuple, skills: dict[str, int]) -> None:  # type: ignore[type-arg]
    assert requirement(written(tree)).test(skills) == holds(tree, skills)


def test_and_binds_before_or_and_not_before_both() -> None:
    test = requirement("a or b and not c").test
    assert test({"a": 1, "c": 1})
    assert test({"b": 1})
    assert not test({"b": 1, "c": 1})


def test_nothing_asked_for_is_met_by_everybody() -> None:
    assert requirement("").test({})
    assert requirement("  ").score({"es": 5}) == 0


def test_how_good_somebody_is_counts_only_what_is_asked_for() -> None:
    asked = requirement("es >= 30 and (cards or fraud) and not trainee")
    assert asked.wants == ("cards", "es", "fraud")
    assert asked.mentions == ("cards", "es", "fraud", "trainee")
    assert asked.score({"es": 60, "cards": 5, "loans": 90, "trainee": 7}) == 65


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("es >=", 5, "proficiency"),
        ("es >= 101", 5, "0 to 100"),
        ("es and", 6, "missing at the end"),
        ("(es or cards", 12, "')' is missing"),
        ("es cards", 2, "'and' or 'or' missing"),
        ("es & cards", 2, "no meaning"),
        ("and es", 0, "a skill is expected"),
        ("3", 0, "a skill is expected"),
        ("(" * 60 + "es" + ")" * 60, 50, "too deep"),
    ],
)
def test_a_wrong_expression_says_where_and_what(text: str, at: int, words: str) -> None:
    with pytest.raises(RequirementError, match=words.replace("(", r"\(").replace(")", r"\)")) as e:
        requirement(text)
    assert e.value.at == at


def test_requirements_are_joined_part_by_part() -> None:
    assert text_of({"es": 3, "cards": 5}) == "cards >= 5 and es >= 3"
    assert joined("", "a or b", "c", "c") == "(a or b) and c"
    assert joined("a or b", "") == "a or b"
    assert joined() == ""


def test_what_is_asked_for_twice_is_written_once() -> None:
    assert joined("a", "a and b >= 5") == "a and b >= 5"
    assert joined("a or b", "c", "a or b", "c and not d") == "(a or b) and c and not d"
