"""What a log can say about a target: measured, put into words, and refused beyond the limits."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import OptionError, TableError
from engine.off_policy.cautions import CAUTIONS
from engine.off_policy.evaluation import Evaluation, Settings, evaluate
from engine.off_policy.feedback import LoggedFeedback, LoggedLists
from engine.off_policy.list_evaluation import evaluate_lists, unseen_list_share
from engine.off_policy.propensities import estimate_propensities
from engine.off_policy.support import Limits, unseen_share
from engine.off_policy.target import column_target, list_target, place_target, uniform_odds

SETTINGS = Settings(resamples=100)


def log_of(
    actions: list[int], *, n_actions: int, places: list[int] | None = None
) -> LoggedFeedback:
    n = len(actions)
    return LoggedFeedback(
        actions=np.array(actions),
        rewards=np.arange(n) % 2.0,
        propensities=np.full(n, 1 / n_actions),
        places=np.array(places or [0] * n),
        users=np.arange(n),
        contexts=np.empty((n, 0)),
        action_ids=tuple(map(str, range(n_actions))),
    )


def kinds(evaluation: Evaluation) -> set[str]:
    return {caution.kind for caution in evaluation.cautions}


def asked(log: LoggedFeedback, odds: list[float], **limits: float) -> Evaluation:
    target = place_target("t", np.array([odds]), log)
    return evaluate(log, target, settings=replace(SETTINGS, limits=Limits(**limits)))


def test_what_the_log_never_shows_is_the_targets_share_of_it() -> None:
    log = log_of([0, 1] * 100, n_actions=3, places=[0, 0] * 50 + [1, 1] * 50)
    table = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0]])
    assert unseen_share(log, place_target("t", table, log)) == pytest.approx(0.125)
    in_other_place = log_of([0, 1] * 100, n_actions=2, places=[0, 1] * 100)
    assert unseen_share(in_other_place, place_target("t", uniform_odds(2)[None], log)) == 0.5
    assert unseen_share(log, column_target("t", np.ones(200))) is None


def test_a_little_unseen_is_said_and_too_much_is_refused() -> None:
    log = log_of([0, 1] * 200, n_actions=3)
    little = asked(log, [0.5, 0.48, 0.02])
    assert kinds(little) >= {"unseen"}
    assert little.suffices
    assert little.estimates
    assert "2.0% of what the target would choose is never shown" in str(little.cautions[0])
    much = asked(log, [0.5, 0.3, 0.2])
    assert much.cautions[0].kind == "refused"
    assert not much.suffices
    assert much.estimates == ()
    assert kinds(much) == {"refused", "off_calibration"}
    assert "model_interval" in kinds(little)
    assert asked(log, [0.5, 0.3, 0.2], most_unseen=0.2).estimates


def test_a_small_effective_size_does_not_suffice_but_is_shown() -> None:
    log = log_of([0] * 20 + [1] * 400, n_actions=2)
    found = asked(log, [1, 0])
    assert found.support.ess == pytest.approx(20)
    assert found.support.ess_share == pytest.approx(20 / 420)
    assert "little_evidence" in kinds(found)
    assert not found.suffices
    assert found.estimates
    assert asked(log, [1, 0], least_ess=20).suffices


def test_one_row_that_carries_much_of_the_weight_is_named() -> None:
    log = log_of([0] * 9 + [1] * 400, n_actions=2)
    found = asked(log, [1, 0])
    assert found.support.largest_share == pytest.approx(1 / 9)
    assert "heavy_row" in kinds(found)
    assert "heavy_row" not in kinds(asked(log, [1, 0], most_of_one=0.2))


def test_wrong_propensities_show_in_the_mean_weight() -> None:
    log = log_of([0, 1] * 200, n_actions=2)
    assert "off_calibration" not in kinds(asked(log, [0.5, 0.5]))
    halved = replace(log, propensities=log.propensities / 2)
    found = asked(halved, [0.5, 0.5])
    assert found.support.mean_weight == pytest.approx(2)
    assert "off_calibration" in kinds(found)


def test_without_propensities_there_is_no_estimate_unless_they_are_estimated() -> None:
    known = log_of([0, 0, 1, 0] * 60, n_actions=2, places=[0, 0, 0, 1] * 60)
    log = replace(known, propensities=None)
    with pytest.raises(TableError, match="--estimate-propensities"):
        asked(log, [0.5, 0.5])
    estimated = estimate_propensities(log)
    assert estimated.propensities[:4] == pytest.approx([2 / 3, 2 / 3, 1 / 3, 1])
    assert "estimated" in kinds(asked(estimated, [1, 0]))
    assert "estimated" not in kinds(asked(known, [1, 0]))


def test_a_target_known_for_the_shown_alone_gets_no_reward_model() -> None:
    log = log_of([0, 1] * 200, n_actions=2)
    found = evaluate(log, column_target("t", np.full(400, 0.5)), settings=SETTINGS)
    assert [estimate.estimator for estimate in found.estimates] == ["ips", "snips"]
    assert kinds(found) == {"unknown_support"}
    rows = evaluate(
        replace(log, names_users=False), column_target("t", np.full(400, 0.5)), settings=SETTINGS
    )
    assert "rows_for_users" in kinds(rows)


def test_lists_say_what_they_lack() -> None:
    lists = LoggedLists(
        actions=np.array([[0, 1], [1, -1]] * 150),
        rewards=np.array([[1.0, 0.0], [0.0, 0.0]] * 150),
        propensities=np.array([[0.5, 1.0], [0.5, 1.0]] * 150),
        users=np.arange(300),
        action_ids=("a", "b", "c"),
    )
    target = list_target("t", lists, odds=np.array([0.5, 0.48, 0.02]))
    assert unseen_list_share(lists, target) == pytest.approx(0.02)
    assert target.chosen[1].tolist() == [0.48, 1.0]
    assert target.chosen[0].tolist() == pytest.approx([0.5, 0.96])
    found = evaluate_lists(lists, target, settings=SETTINGS)
    assert kinds(found) >= {"unseen", "lists_depend"}
    alone = replace(lists, independent=True, propensities=np.full((300, 2), 0.5))
    names = {
        e.estimator
        for e in evaluate_lists(
            alone, list_target("t", alone, odds=uniform_odds(3)), settings=SETTINGS
        ).estimates
    }
    assert names == set()
    open_limits = replace(SETTINGS, limits=Limits(most_unseen=1))
    free = evaluate_lists(
        alone, list_target("t", alone, odds=uniform_odds(3)), settings=open_limits
    )
    assert {"iips", "sniips", "pi", "snpi"} <= {e.estimator for e in free.estimates}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Limits(most_unseen=2), "from 0 to 1"),
        (lambda: Limits(least_ess=-1), "from 0"),
        (lambda: Settings(folds=1), "from 2"),
        (lambda: Settings(resamples=0), "from 1"),
        (lambda: Settings(regularization=0), "above 0"),
        (lambda: Settings(switch_at=float("nan")), "from 0"),
        (lambda: column_target("t", np.array([0.5, 1.5])), "outside 0 to 1"),
        (lambda: column_target("t", np.array([np.nan])), "outside 0 to 1"),
        (lambda: place_target("t", np.array([[0.5, 0.4]]), log_of([0], n_actions=2)), "add up"),
    ],
)
def test_what_is_declared_is_checked(make, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        make()


def test_every_caution_is_one_sentence() -> None:
    assert all(not text.endswith(".") and text[0] != " " for text in CAUTIONS.values())
