"""Evidently's drift tests on the data of bench/watch-peers.bench.mjs, a line of JSON for each: evidently 0.7 (Apache-2.0).

A year has a false alarm where any test of any signal says drift in any week. Delay: weeks from the change in the first signal
to its first alarm after it; null if there is none.

    python bench/watch-peers/evidently-same.py DATA.json
"""

import json
import os
import sys

os.environ["DO_NOT_TRACK"] = "1"

import numpy as np
import pandas as pd
from evidently.legacy.calculations.stattests import chi_stat_test, jensenshannon_stat_test, psi_stat_test, z_stat_test
from evidently.legacy.core import ColumnType
from evidently.legacy.metrics.data_drift.embedding_drift_methods import mmd

with open(sys.argv[1], encoding="utf8") as file:
    data = json.load(file)
ROWS, REFERENCE, RISES_AT = data["rows"], data["reference"], data["risesAt"]


def column(hits):
    return pd.Series(np.repeat([1, 0], [hits, len_rows(hits) - hits]))


def len_rows(_):
    return ROWS


def rows_of(weeks):
    return pd.concat([column(hits) for hits in weeks], ignore_index=True)


def rate_alarms(test, threshold, reference, hits):
    return bool(test(reference, column(hits), ColumnType.Categorical, threshold).drifted)


def report(tool, quiet, first):
    false_alarms = sum(quiet(year) for year in data["quiet"])
    delays = [first(year) for year in data["changed"]]
    print(
        json.dumps({"tool": tool, "years": len(delays), "falseAlarms": false_alarms, "delays": delays}),
        flush=True,
    )


TESTS = {
    "evidently Jensen-Shannon 0.1 (default over 1,000 rows)": (jensenshannon_stat_test, 0.1),
    "evidently z test p < 0.05 (default below)": (z_stat_test, 0.05),
    "evidently chi-square p < 0.05": (chi_stat_test, 0.05),
    "evidently PSI 0.1": (psi_stat_test, 0.1),
}
for name, (test, threshold) in TESTS.items():

    def quiet(year, test=test, threshold=threshold):
        for weeks in year["hits"]:
            reference = rows_of(weeks[:REFERENCE])
            if any(rate_alarms(test, threshold, reference, hits) for hits in weeks[REFERENCE:]):
                return 1
        return 0

    def first(year, test=test, threshold=threshold):
        weeks = year["hits"][0]
        reference = rows_of(weeks[:REFERENCE])
        for week, hits in enumerate(weeks[REFERENCE + RISES_AT :]):
            if rate_alarms(test, threshold, reference, hits):
                return week + 1
        return None

    report(name, quiet, first)


def frame(rows):
    return pd.DataFrame(rows)


for name, method in {
    "evidently MMD 0.015 (default)": mmd(bootstrap=False),
    "evidently MMD, its bootstrap (evidently.legacy)": mmd(bootstrap=True),
}.items():

    def drifted(reference, week, method=method):
        return bool(method(frame(week), reference)[1])

    def quiet_prompts(year, drifted=drifted):
        reference = frame([row for week in year["prompts"][:REFERENCE] for row in week])
        return int(any(drifted(reference, week) for week in year["prompts"][REFERENCE:]))

    def first_prompts(year, drifted=drifted):
        reference = frame([row for week in year["prompts"][:REFERENCE] for row in week])
        for week, rows in enumerate(year["prompts"][REFERENCE + RISES_AT :]):
            if drifted(reference, rows):
                return week + 1
        return None

    report(name, quiet_prompts, first_prompts)
