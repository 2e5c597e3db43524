"""A comparison of feedback loops on disk: what stands in its folder need not be run again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import polars as pl

from audits.data import prepare
from audits.feedback import Measured
from dashboard.commands.output import write_table, write_text
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.models.registry import make_model
from engine.simulation.arms import Arm, check_unique, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import USUAL_TASTES, Tastes, TasteSettings, fit_tastes
from engine.splits import Split

__all__ = [
    "Experiment",
    "measures_in",
    "open_folder",
    "rounds_done",
    "run_world",
    "scan_feedback",
]

Cell = tuple[int, Arm]


@dataclass(frozen=True, eq=False)
class Experiment:
    """What is compared.

    Attributes
    ----------
    log
        Everything that was logged; tastes are fitted on it.
    split
        Its training part is where the loops start.
    model
        A name for `engine.models.registry.make_model`.
    arms, seeds
        Each arm runs in the world of each seed.
    settings
        Rounds, list length, behaviour.
    tastes
        How the people's tastes are fitted to the log.
    by
        User attributes to measure group by group.

    Raises
    ------
    OptionError
        No arms or seeds, or one of them twice.
    """

    log: Dataset
    split: Split
    model: str
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    settings: LoopSettings
    tastes: TasteSettings = USUAL_TASTES
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_unique("arm", [arm.name for arm in self.arms])
        check_unique("seed", self.seeds)

    @property
    def cells(self) -> Iterator[Cell]:
        """Seed by seed, so that a comparison within a world is there early."""
        return ((seed, arm) for seed in self.seeds for arm in self.arms)

    @property
    def total_rounds(self) -> int:
        """Rounds of all cells together."""
        return len(self.seeds) * len(self.arms) * self.settings.rounds

    def identity(self) -> dict[str, object]:
        """Return what decides the numbers of a cell, beside its seed and arm."""
        return {
            "version": version("recscope"),
            "log": self.log.fingerprint,
            "start": self.split.train.fingerprint,
            "model": self.model,
            "policies": sorted({arm.policy.name for arm in self.arms if arm.policy is not None}),
            "settings": asdict(self.settings),
            "tastes": asdict(self.tastes),
            "by": list(self.by),
        }


def open_folder(experiment: Experiment, folder: Path) -> None:
    """Make the folder, or see that it belongs to this experiment.

    Seeds and arms may be added to a folder later.

    Raises
    ------
    OptionError
        The folder holds another simulation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "plan.json"
    text = json.dumps(experiment.identity(), indent=2)
    if plan.exists() and plan.read_text(encoding="utf-8") != text:
        raise OptionError(
            "{folder} holds a simulation with other settings or data; give it a folder of its own",
            folder=folder,
        )
    write_text(text, plan)


def run_world(
    experiment: Experiment, folder: Path, *, seed: int, progress: Callable[[], None]
) -> None:
    """Run what is missing of one seed's arms.

    A cell's feedback is written a round at a time, its measures after it. A cell that was cut off
    is run again from its start and ends in the same bits, for a cell hangs on its seed alone.
    ``progress`` is called after each round; what it raises stops the world.
    """
    missing = [arm for arm in experiment.arms if not _is_done(experiment, folder, (seed, arm))]
    if not missing:
        return
    tastes = fit_tastes(experiment.log, rng=stream(seed, "users"), settings=experiment.tastes)
    for arm in missing:
        _run_cell(experiment, folder, (seed, arm), tastes=tastes, progress=progress)


def rounds_done(experiment: Experiment, folder: Path) -> int:
    """Count the rounds of this experiment's cells that are measured."""
    return sum(_rounds_of(folder, cell) for cell in experiment.cells)


def measures_in(experiment: Experiment, folder: Path) -> pl.DataFrame:
    """Return the measures so far, those of unfinished cells among them."""
    tables = [_read_measures(folder, cell) for cell in experiment.cells]
    return pl.concat([table for table in tables if table is not None])


def scan_feedback(experiment: Experiment, folder: Path) -> pl.LazyFrame:
    """Return the feedback table of all cells, seed by seed, without reading it into memory."""
    return pl.scan_parquet(
        [
            _feedback_file(folder, cell, index)
            for cell in experiment.cells
            for index in range(1, experiment.settings.rounds + 1)
        ]
    )


def _run_cell(
    experiment: Experiment,
    folder: Path,
    cell: Cell,
    *,
    tastes: Tastes,
    progress: Callable[[], None],
) -> None:
    seed, arm = cell
    start, split = experiment.split.train, experiment.split
    later = split.held_out if split.held_out.height else start.interactions
    measured = Measured(
        prepare(interactions=start.interactions, held_out=later, items=start.items),
        start.users,
        start=start.interactions,
        arm=arm.name,
        rate=None if arm.policy is None else arm.rate,
        seed=seed,
        by=experiment.by,
    )
    _cell_folder(folder, cell).mkdir(exist_ok=True)
    model = make_model(experiment.model)
    run = partial(run_arm, model=model, tastes=tastes, seed=seed)
    for one in run(arm, start, experiment.settings):
        feedback = tabulate_arm(arm, [one], start, model=model.name, seed=seed)
        write_table(feedback, _feedback_file(folder, cell, one.index))
        measured.add(feedback, index=one.index)
        write_table(measured.table(), _measures_file(folder, cell))
        progress()


def _is_done(experiment: Experiment, folder: Path, cell: Cell) -> bool:
    try:
        return _rounds_of(folder, cell) == experiment.settings.rounds
    except pl.exceptions.ComputeError:  # a damaged cell is run again
        return False


def _rounds_of(folder: Path, cell: Cell) -> int:
    measures = _read_measures(folder, cell)
    return 0 if measures is None else int(measures["round"].to_numpy().max())


def _read_measures(folder: Path, cell: Cell) -> pl.DataFrame | None:
    """Return the measures of a cell, or None before its first round.

    The file is read in one go: a reader that came back for a second part could find the next one.
    """
    try:
        content = _measures_file(folder, cell).read_bytes()
    except FileNotFoundError:
        return None
    return pl.read_parquet(BytesIO(content))


def _cell_folder(folder: Path, cell: Cell) -> Path:
    seed, arm = cell
    return folder / f"{seed}-{re.sub('[^a-z0-9.]+', '-', arm.name)}"


def _measures_file(folder: Path, cell: Cell) -> Path:
    return _cell_folder(folder, cell) / "measures.parquet"


def _feedback_file(folder: Path, cell: Cell, index: int) -> Path:
    return _cell_folder(folder, cell) / f"feedback-{index:04d}.parquet"
