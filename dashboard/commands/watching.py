"""What a command tells while a model learns, and where it keeps the stand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from engine.models.base import Recommender
from engine.models.progress import Progress, Watchable
from engine.recommend import Watch

__all__ = ["add_fit_options", "watch_fit"]

# Lines a stage at most where stderr is a file: a tenth of the epochs each.
_LINES = 10


def add_fit_options(parser: argparse.ArgumentParser) -> None:
    """Add --checkpoint-dir."""
    parser.add_argument(
        "--checkpoint-dir",
        metavar="DIR",
        help="keep the stand of a fit after each epoch, and go on from there (torch models)",
    )


def watch_fit(args: argparse.Namespace, name: str) -> Watch:
    """Return what attaches progress on stderr, and a folder for the named model, to a model."""
    folder = args.checkpoint_dir

    def watch(model: Recommender) -> None:
        if isinstance(model, Watchable):
            model.progress = _teller(name)
            if folder is not None:
                model.checkpoint = Path(folder) / name.replace(":", "-")
        elif folder is not None:
            print(f"{name} keeps no checkpoints: it starts afresh each time", file=sys.stderr)

    return watch


def _teller(name: str) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        line = f"{name}: {_line(progress)}"
        is_last = progress.epoch == progress.epochs
        if sys.stderr.isatty():
            print(f"\r{line}\x1b[K", end="\n" if is_last else "", file=sys.stderr, flush=True)
        elif is_last or _tenth(progress.epoch, progress) > _tenth(progress.epoch - 1, progress):
            print(line, file=sys.stderr, flush=True)

    return tell


def _tenth(epoch: int, progress: Progress) -> int:
    return epoch * _LINES // progress.epochs


def _line(progress: Progress) -> str:
    measure = "" if progress.ndcg is None else f", validation nDCG@10 {progress.ndcg:.4f}"
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    return (
        f"{progress.stage}, epoch {progress.epoch} of {progress.epochs}, "
        f"loss {progress.loss:.4g}{measure}, {minutes}:{seconds:02} left"
    )
