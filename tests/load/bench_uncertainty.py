"""How long the uncertainty of an edition takes, beside bare NumPy that draws and sorts as much.

Prints, and is no test: a run that other work disturbs is repeated. Ours and the bare one take turns in one
process, and the medians are compared.
"""

import ctypes
import os
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from scoring.domain import Answer, Status
from scoring.simulation import Judged, RegionCase, influence, simulate
from scoring.simulation.ranking import pairs, places
from scoring.simulation.run import draw_scores, intervals_of
from tests.support.builders_questionnaires import build_indicator, build_questionnaire

REGIONS, INDICATORS, DRAWS, ROUNDS = 25, 61, 10_000, 7
MANY = 300
AXES = {"governance": 3, "policy_cycle": 4, "target_group": 2, "policy_area": 8}
BARS = "at most 1.5, aim 1.2"


def main() -> None:
    """Print the figures; with a number, the time and the memory of that many regions alone."""
    if len(sys.argv) > 1:
        print_many(int(sys.argv[1]))
        return
    print(machine())
    questionnaire, cases = build(REGIONS)
    cells = len(questionnaire.cells())
    print(
        f"{REGIONS} regions x {INDICATORS} indicators, {cells} cells, {DRAWS:,} draws, every answer uncertain"
    )
    times: dict[str, list[float]] = {"bare": [], "intervals": [], "pairs": [], "influence": [], "all": []}
    for _ in range(ROUNDS):
        times["bare"].append(timed(lambda: bare(questionnaire, cases)))
        for name, seconds in apart(questionnaire, cases).items():
            times[name].append(seconds)
        times["all"].append(timed(lambda: simulate(questionnaire, cases, seed=1, draws=DRAWS)))
    middle = {name: median(each) for name, each in times.items()}
    ratio = middle["intervals"] / middle["bare"]
    print(f"bare NumPy: draws, products, ranking, quantiles  {middle['bare']:6.3f} s")
    print(f"intervals of score and place                     {middle['intervals']:6.3f} s")
    print(f"  ratio ({BARS})                 {ratio:6.2f}")
    print(f"pairs not told apart                             {middle['pairs']:6.3f} s")
    print(f"leave one indicator out                          {middle['influence']:6.3f} s")
    both = middle["pairs"] + middle["influence"]
    print(f"  both (at most 3 s)                             {both:6.3f} s")
    print(f"simulate(), all of it                            {middle['all']:6.3f} s")
    print(f"  ratio                                          {middle['all'] / middle['bare']:6.2f}")
    # A process of its own: what was used at most is never given back.
    subprocess.run([sys.executable, "-m", "tests.load.bench_uncertainty", str(MANY)], check=True)


def print_many(regions: int) -> None:
    questionnaire, cases = build(regions)
    seconds = timed(lambda: simulate(questionnaire, cases, seed=1, draws=DRAWS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # counted in KiB on Linux
    print(f"{regions} regions, all of it (at most 30 s, 2 GiB)      {seconds:6.2f} s  {peak:.2f} GiB at most")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def apart(questionnaire, cases):
    """Do what `simulate` does, with the time of each part."""
    start = time.perf_counter()
    found = {}
    for cell, (regions, scores) in draw_scores(questionnaire, cases, seed=1, draws=DRAWS).items():
        found[cell] = places(scores)
        intervals_of(regions, scores, found[cell])
    drawn = time.perf_counter()
    for each in found.values():
        pairs(each)
    paired = time.perf_counter()
    influence(questionnaire, cases)
    return {"intervals": drawn - start, "pairs": paired - drawn, "influence": time.perf_counter() - paired}


def bare(questionnaire, cases):
    """Draw, multiply, rank and take quantiles as one would without a thought for ties, gaps or versions."""
    generator = np.random.default_rng(1)
    shape = DRAWS, len(cases), INDICATORS
    scores = {
        (one.id, each.id): float(each.score) for one in questionnaire.indicators for each in one.options
    }
    first, second = (
        np.array(
            [[scores[i, case.experts[who][i].answer.option] for i in case.experts[who]] for case in cases]
        )
        for who in (0, 1)
    )
    feeds = np.array(
        [[one in each for each in questionnaire.cells().values()] for one in questionnaire.indicators], float
    )
    weights = generator.dirichlet(np.full(INDICATORS, 25.0), DRAWS)
    answers = np.where(generator.random(shape) < 0.5, first, second)
    totals = (answers * weights[:, np.newaxis, :]).reshape(-1, INDICATORS) @ feeds
    means = totals.reshape(*shape[:2], -1) / (weights @ feeds)[:, np.newaxis, :]
    ranks = (-means).argsort(axis=1).argsort(axis=1) + 1
    return [np.quantile(each, [0.05, 0.5, 0.95], axis=0) for each in (means, ranks)]


def build(regions: int):
    """Return a questionnaire of four axes and the cases of made-up experts, three in ten of them at odds."""
    chance = random.Random(3)
    indicators = [
        build_indicator(
            f"I{number:02}",
            scores=(100, 75, 50, 25, 0),
            position={axis: [f"k{number % keys}"] for axis, keys in AXES.items()},
        )
        for number in range(INDICATORS)
    ]
    return build_questionnaire(indicators), [
        case(f"r{place:03}", indicators, chance) for place in range(regions)
    ]


def case(region, indicators, chance):
    experts, decided = ({}, {}), {}
    for one in indicators:
        first = chance.choice("abcde")
        second = chance.choice("abcde".replace(first, "")) if chance.random() < 0.3 else first
        for expert, option in zip(experts, (first, second), strict=True):
            expert[one.id] = Judged(Answer(option=option), chance.choice(["medium", "low"]))
        known = chance.random() < 0.95
        decided[one.id] = Answer(option=first) if known else Answer(status=Status.UNKNOWN)
    return RegionCase(region, decided, experts)


def machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} CPUs ({platform.machine()}), load {load:.1f}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, OpenBLAS kernel {kernel()}"
    )


def kernel() -> str:
    """Return the kernel that the BLAS of this process chose, or what else it is."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if "openblas" in line:
            name = ctypes.CDLL(line.split()[-1]).scipy_openblas_get_corename64_
            name.restype = ctypes.c_char_p
            return name().decode()
    return "unknown"


if __name__ == "__main__":
    main()
