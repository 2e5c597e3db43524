"""Run all benchmarks, or the named ones: ``python -m tests.benchmarks [NAME …]``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import (
    big_log,
    bootstrap,
    catalogue,
    explanations,
    lists,
    mabwiser,
    models,
    policies,
    simulation,
    slider,
)
from tests.provenance import provenance

Benchmark = Callable[[Path], dict[str, object]]
BENCHMARKS: Mapping[str, Benchmark] = {
    "big_log": big_log.run,
    "bootstrap": bootstrap.run,
    "catalogue": catalogue.run,
    "explanations": explanations.run,
    "lists": lists.run,
    "mabwiser": mabwiser.run,
    "models": models.run,
    "policies": policies.run,
    "simulation": simulation.run,
    "slider": slider.run,
}
RESULTS = Path(__file__).with_name("results.json")


def main(names: list[str]) -> int:
    """Run, print and keep the figures; unknown names are refused before anything runs."""
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        known = ", ".join(BENCHMARKS)
        print(f"no benchmark {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    source = provenance()
    for name in names or BENCHMARKS:
        with TemporaryDirectory(prefix="recscope-bench-") as folder:
            figures = BENCHMARKS[name](Path(folder))
        print(f"\n{name}")
        _show(figures)
        _keep(name, {**source, **figures})
    print(f"\nwritten to {RESULTS.name}")
    return 0


def _show(figures: Mapping[str, object], indent: str = "  ") -> None:
    for label, value in figures.items():
        if isinstance(value, Mapping) and not all(isinstance(v, float) for v in value.values()):
            print(f"{indent}{label}")
            _show(value, indent + "  ")
        elif isinstance(value, Mapping):
            parts = "  ".join(f"{key} {number:.6g}" for key, number in value.items())
            print(f"{indent}{label:<32} {parts}")
        else:
            print(f"{indent}{label:<32} {value}")


def _keep(name: str, entry: Mapping[str, object]) -> None:
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[name] = entry
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
