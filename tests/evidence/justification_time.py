"""A checked text takes the local language model at most 2 s, ten of them 8 s, in 1.2 GB.

On records of real recommendations; the weights have been converted before. Loading is the median
of three fresh interpreters and counts every import. Free running means the same model writing the
same texts' number of tokens by itself.
"""

from __future__ import annotations

import multiprocessing
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from engine.justifications.justify import justify
from engine.justifications.language_model import load_language_model
from engine.justifications.local import LocalGenerator
from engine.justifications.local_weights import local_model_folder
from engine.justifications.prompt import prompt_for
from engine.justifications.sampling import sample_facts
from engine.sources.registry import load

__all__ = ["run"]

TEXTS = 40
BATCH = 10
FREE = 5
SEED = 7
LOADS = 3
LIMITS = {"load": 3.0, "median": 2.0, "batch of ten": 8.0, "gigabytes": 1.2}


def run() -> dict[str, object]:
    """Return seconds, tokens and memory."""
    folder = local_model_folder()
    records = [
        facts
        for facts in sample_facts(
            load("ml-100k"), dataset="ml-100k", models=("ease", "item-knn"), policies=("greedy",),
            rate=0.0, count=2 * TEXTS, seed=SEED,
        )
        if facts.refusal is None
    ][:TEXTS]  # fmt: skip
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(_measure, (folder, records))
    found["load"] = float(np.median([_load(folder) for _ in range(LOADS)]))
    within = {name: found[name] <= limit for name, limit in LIMITS.items()}
    return {
        "headline": f"load {found['load']:.1f} s, median {found['median']:.2f} s, ten in "
        f"{found['batch of ten']:.1f} s, {found['speed-up over free running']:.1f} times free "
        f"running, {found['gigabytes']:.2f} GB",
        "holds": all(within.values()),
        "settings": {"texts": len(records), "seed": SEED, "limits": LIMITS},
        "within": within,
        "figures": found,
    }


def _load(folder: Path) -> float:
    """Return the seconds a fresh interpreter takes to have the model."""
    code = (
        "import time; start = time.perf_counter(); from pathlib import Path\n"
        "from engine.justifications.language_model import load_language_model\n"
        f"load_language_model(Path({str(folder)!r})).read('Why?').choose([' a', ' b'])\n"
        "print(time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _measure(folder, records):  # type: ignore[no-untyped-def]
    model = load_language_model(folder)
    generator = LocalGenerator(model)
    seconds, tokens, written = [], [], []
    for facts in records:
        before, start = model.tokens_read, time.perf_counter()
        text = justify(facts, generator=generator)
        seconds.append(time.perf_counter() - start)
        tokens.append(model.tokens_read - before)
        written.append(len(model.tokens(text.slotted)))
    free = []
    for facts, length in list(zip(records, written, strict=True))[:FREE]:
        start = time.perf_counter()
        prompt = prompt_for(facts, language="en", audience="user")
        model.write(prompt, most_tokens=length, least_tokens=length)
        free.append(time.perf_counter() - start)
    return {
        "median": float(np.median(seconds)),
        "p95": float(np.quantile(seconds, 0.95)),
        "batch of ten": float(sum(seconds[:BATCH])),
        "tokens read, median": float(np.median(tokens)),
        "tokens of the text, median": float(np.median(written)),
        "free running, median": float(np.median(free)),
        "speed-up over free running": float(np.median(free) / np.median(seconds[:FREE])),
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }
