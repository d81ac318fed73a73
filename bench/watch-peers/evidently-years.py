"""Evidently's drift tests over simulated years, one row of JSON for each: evidently 0.7 (Apache-2.0), telemetry off.

Eight rates of 12 %, a reference of 8 weeks of 470 rows, 52 weekly checks. A year has a false alarm where any test of any
signal says drift in any week. Delay: weeks from a rise to 16 % in the first signal to its first alarm.

    python bench/watch-peers/evidently-years.py --years 20
"""

import argparse
import json
import os

os.environ["DO_NOT_TRACK"] = "1"

import numpy as np
import pandas as pd
from evidently.legacy.calculations.stattests import chi_stat_test, jensenshannon_stat_test, psi_stat_test, z_stat_test
from evidently.legacy.core import ColumnType

flags = argparse.ArgumentParser()
flags.add_argument("--years", type=int, default=20)
flags.add_argument("--seed", type=int, default=1)
asked = flags.parse_args()

ROWS, WEEKS, SIGNALS, REFERENCE = 470, 52, 8, 8
TESTS = {
    "jensenshannon 0.1 (default over 1,000 rows)": (jensenshannon_stat_test, 0.1),
    "z test p < 0.05 (default below)": (z_stat_test, 0.05),
    "chi-square p < 0.05": (chi_stat_test, 0.05),
    "psi 0.1": (psi_stat_test, 0.1),
}
random = np.random.default_rng(asked.seed)


def rows(rate, count):
    return pd.Series((random.random(count) < rate).astype(int))


def alarms(test, threshold, reference, week):
    return bool(test(reference, week, ColumnType.Categorical, threshold).drifted)


for name, (test, threshold) in TESTS.items():
    alarmed, delays = 0, []
    for _ in range(asked.years):
        any_alarm, first = False, None
        for signal in range(SIGNALS):
            reference = rows(0.12, ROWS * REFERENCE)
            for week in range(WEEKS):
                if not any_alarm and alarms(test, threshold, reference, rows(0.12, ROWS)):
                    any_alarm = True
                if any_alarm:
                    break
        alarmed += any_alarm
        reference = rows(0.12, ROWS * REFERENCE)
        for week in range(WEEKS - 4):
            if alarms(test, threshold, reference, rows(0.16, ROWS)):
                first = week + 1
                break
        delays.append(first if first is not None else float("inf"))
    median = float(np.median(delays))
    print(
        json.dumps(
            {
                "tool": f"evidently {name}",
                "years": asked.years,
                "falseAlarmYears": alarmed / asked.years,
                "medianDelayWeeks": None if median == float("inf") else median,
            }
        ),
        flush=True,
    )
