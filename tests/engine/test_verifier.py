"""The verifier: true texts pass, false ones do not, and it says why."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.justifications.facts import FactRecord
from engine.justifications.template import LANGUAGES, template_text
from engine.justifications.verifier import verify
from tests.mutations import WAYS, Way
from tests.records import AUDIENCES, any_text, explained_record, random_record


def facts() -> FactRecord:
    """Two supporters of .3 and .15, an opponent of .2 between them, eight more supporters."""
    found = explained_record(np.random.default_rng(0))
    shape = [(1, 0.3), (-1, 0.2), (1, 0.15)]
    first = found.contributors[0]
    contributors = tuple(
        replace(first, rank=rank, sign=sign, share=share, contribution=sign * share)
        for rank, (sign, share) in enumerate(shape, start=1)
    )
    return replace(
        found, contributors=contributors, supporting=10, opposing=1, residual_share=0.0,
        removal=None, next_title=None,
    )  # fmt: skip


def kinds(text: str, record: FactRecord, language: str = "en") -> set[str]:
    found = verify(text, record, language=language, audience="user")
    return {problem.kind for problem in found.problems}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_true_text_passes(language: str, audience: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(400):
        record = random_record(rng)
        for text in (
            any_text(record, rng, language=language, audience=audience),
            template_text(record, language=language, audience=audience),
        ):
            verdict = verify(text, record, language=language, audience=audience)
            assert verdict.holds, (text, verdict.problems)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_falsehood_is_caught(way: Way, language: str) -> None:
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 60:
        record = explained_record(rng)
        audience = AUDIENCES[int(rng.integers(2))]
        text = any_text(record, rng, language=language, audience=audience)
        mutant = way(record, text, language, rng)
        if mutant is None:
            continue
        tried += 1
        assert not verify(mutant[1], mutant[0], language=language, audience=audience).holds, mutant


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<H1> in your history spoke against it.", "sign"),
        ("<H1> and <H2> in your history spoke for it.", "sign"),
        ("<H1> spoke for it and against it.", "sign"),
        ("<H3> in your history spoke for it.", "coverage"),
        ("Recommended mainly because of <H1> in your history.", "rank"),
        ("<H3> spoke most strongly for it. <H1> spoke for it.", "rank"),
        ("<H7> in your history spoke for it.", "slot"),
        ("Without <R> it would leave this list. <H1> spoke for it.", "slot"),
        ("<H1> made up <S3> of what your history did. <H1> spoke for it.", "share"),
        ("It is here because of <H1>, a comedy.", "invented"),
        ("It is here because of <H1> and 3 titles.", "invented"),
        ("You will love it because of <H1>.", "promise"),
        ("<H1> spoke for it, for women.", "attribute"),
        ("<b> It is here because of <H1>.", "markup"),
        ("It is here because of <H1>. https://x.y", "markup"),
        ("推荐它是因为您的历史记录中有<H1>。", "language"),
        ("It is here because of <H1>", "form"),
        ("", "length"),
        ("<H1> spoke for it." + " It is here because of <H1>." * 9, "length"),
        ("Shown by chance (exploration), not because of your history.", "chance"),
        ("No single title in your history explains this recommendation.", "refusal"),
        ("It follows.", "sign"),
        ("<H1> spoke for it. <H2> spoke against it.", "audience"),
    ],
)
def test_a_problem_is_named(text: str, problem: str) -> None:
    assert problem in kinds(text, facts())


def test_a_clause_that_is_set_against_another_is_read_by_itself() -> None:
    text = "<H1> spoke for it, while <H2> spoke against it."
    assert kinds(text, facts()) == {"audience"}
    assert verify(text, facts(), language="en", audience="reviewer").holds


def test_free_words_of_the_vocabulary_pass() -> None:
    assert not kinds("Thanks to <H1> and <H3> in your history, it appears on your list.", facts())


def test_a_reviewer_is_told_what_spoke_against() -> None:
    verdict = verify("<H1> spoke for it.", facts(), language="en", audience="reviewer")
    assert [problem.what for problem in verdict.problems] == ["against"]


def test_others_are_counted_only_where_there_are_some() -> None:
    text = "It follows from <H1> and <H3> in your history and, less strongly, from <REST>."
    assert not kinds(text, facts())
    assert "count" in kinds(text, replace(facts(), supporting=2))


def test_partly_is_less_than_half() -> None:
    text = "Recommended partly because of <H1> in your history."
    assert not kinds(text, facts())
    first, *others = facts().contributors
    strong = replace(facts(), contributors=(replace(first, share=0.6), *others))
    assert kinds(text, strong) == {"rank"}


def test_nobody_is_the_strongest_of_one_or_of_all() -> None:
    text = "<H1> and <H3> in your history spoke most strongly for it."
    assert not kinds(text, facts())
    assert kinds(text, replace(facts(), supporting=2)) == {"rank"}


def test_where_chance_decided_no_reason_stands_beside_it() -> None:
    record = replace(facts(), explored=True)
    chance = "Shown by chance (exploration), not because of your history."
    assert not kinds(chance, record)
    assert kinds(f"{chance} <H1> spoke for it.", record) == {"coverage"}


def test_claims_are_counted_for_precision() -> None:
    verdict = verify("<H1> and <H2> spoke for it.", facts(), language="en", audience="user")
    assert [claim.holds for claim in verdict.claims] == [True, False]


def test_no_words_of_an_unknown_language() -> None:
    with pytest.raises(UnknownNameError, match="no sentences in fr"):
        verify("Oui.", facts(), language="fr", audience="user")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind_from", ["category", "text"])
def test_near_and_new_are_told_from_each_other(
    language: str, audience: str, known: bool, kind_from: str
) -> None:
    record = replace(facts(), explored=True, propensity=0.2, known_kind=known, kind_from=kind_from)
    words = LANGUAGES[language].near if known else LANGUAGES[language].novel
    for seed in range(20):
        rng = np.random.default_rng(seed)
        text = any_text(record, rng, language=language, audience=audience)
        assert words[audience] in text
        assert verify(text, record, language=language, audience=audience).holds
        by_other = "text" if kind_from == "category" else "category"
        for untrue in (
            *({"known_kind": other} for other in (not known, None)),
            {"kind_from": by_other},
        ):
            wrong = verify(text, replace(record, **untrue), language=language, audience=audience)
            assert "kind" in {problem.kind for problem in wrong.problems}
