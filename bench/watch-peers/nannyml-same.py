"""NannyML's drift methods on the data of bench/watch-peers.bench.mjs, a line of JSON for each: nannyml 0.13 (Apache-2.0).

Chunks are weeks. Thresholds are the defaults: mean and three standard deviations of the reference's chunks; p < 0.05 for
chi-square. False alarms and delays as in evidently-same.py.

    python bench/watch-peers/nannyml-same.py DATA.json
"""

import json
import os
import sys
import warnings

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
warnings.filterwarnings("ignore")

import nannyml as nml
import numpy as np
import pandas as pd

with open(sys.argv[1], encoding="utf8") as file:
    data = json.load(file)
ROWS, REFERENCE, RISES_AT = data["rows"], data["reference"], data["risesAt"]


def table(series, dtype):
    columns = {
        f"s{k}": np.concatenate([np.repeat([1, 0], [hits, ROWS - hits]) for hits in weeks]).astype(dtype)
        for k, weeks in enumerate(series)
    }
    return pd.DataFrame(columns)


def alerts(calculator, series, dtype, alert_of):
    names = [f"s{k}" for k in range(len(series))]
    made = calculator(names)
    made.fit(table([weeks[:REFERENCE] for weeks in series], dtype))
    found = made.calculate(table([weeks[REFERENCE:] for weeks in series], dtype)).filter(period="analysis").to_df()
    return [np.asarray(alert_of(found, name), dtype=bool) for name in names]


def univariate(method):
    return (
        lambda names: nml.UnivariateDriftCalculator(
            column_names=names, treat_as_categorical=names, categorical_methods=[method], chunk_size=ROWS
        ),
        int,
        lambda found, name: found[(name, method, "alert")],
    )


METHODS = {
    "nannyml Jensen-Shannon, 3 deviations (default)": univariate("jensen_shannon"),
    "nannyml chi-square p < 0.05": univariate("chi2"),
    "nannyml L-infinity, 3 deviations (default)": univariate("l_infinity"),
    "nannyml average, 3 deviations (default)": (
        lambda names: nml.SummaryStatsAvgCalculator(column_names=names, chunk_size=ROWS),
        float,
        lambda found, name: found[(name, "alert")],
    ),
}
for tool, (calculator, dtype, alert_of) in METHODS.items():
    false_alarms = sum(
        bool(np.any(alerts(calculator, year["hits"], dtype, alert_of))) for year in data["quiet"]
    )
    delays = []
    for year in data["changed"]:
        (found,) = alerts(calculator, year["hits"][:1], dtype, alert_of)
        after = np.flatnonzero(found[RISES_AT:])
        delays.append(int(after[0]) + 1 if len(after) else None)
    print(
        json.dumps({"tool": tool, "years": len(delays), "falseAlarms": int(false_alarms), "delays": delays}),
        flush=True,
    )
