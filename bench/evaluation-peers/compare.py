"""evalsig and EvalSeal on paired scores: compares them, gates them, and says how often their gates pass in simulations.

Reads {baseline, target, margin, simulated: {worse: [[baseline, target], ...], equal: [...]}} from standard input, the scores
by item, and prints one JSON object.
"""

import json
import sys
import time
from types import SimpleNamespace

import evalsig
from evalseal.paired import compare_runs
from evalsig.types import ItemResult, RunFrame

given = json.load(sys.stdin)


def frame(name, scores):
    items = [ItemResult(item_id=str(index), score=float(score)) for index, score in enumerate(scores)]
    return RunFrame(run_id=name, model_id=name, task_id="t", metric_name="accuracy", items=items)


def record(scores):
    results = [
        SimpleNamespace(case_id=f"{index:06}", scores=[float(score)], ci95=(0.0, 1.0)) for index, score in enumerate(scores)
    ]
    return SimpleNamespace(results=results)


def timed(work):
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def allows(pair):
    baseline, target = pair
    report = evalsig.gate(frame("a", baseline), frame("b", target), min_delta=given["margin"])
    return report.verdict.value == "ALLOW"


signal, signal_sec = timed(lambda: evalsig.compare(frame("a", given["baseline"]), frame("b", given["target"])))
gate = evalsig.gate(frame("a", given["baseline"]), frame("b", given["target"]), min_delta=given["margin"])
seal, seal_sec = timed(lambda: compare_runs(record(given["baseline"]), record(given["target"])))
print(
    json.dumps(
        {
            "evalsig": {
                "method": signal.method,
                "difference": signal.delta,
                "interval": list(signal.ci),
                "p": signal.p_value,
                "detectable": signal.mde,
                "gate": gate.verdict.value,
                "cpuSec": signal_sec,
                "passed": {
                    name: sum(allows(pair) for pair in pairs) / max(1, len(pairs))
                    for name, pairs in given["simulated"].items()
                },
            },
            "evalseal": {
                "method": seal.test,
                "difference": seal.delta,
                "interval": list(seal.ci95),
                "p": seal.p_value,
                "detectable": None,
                "gate": seal.verdict,
                "cpuSec": seal_sec,
            },
        }
    )
)
