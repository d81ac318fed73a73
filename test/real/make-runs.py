"""Logs runs with the official client of a tracker: make-runs.py TRACKER FOLDER, or mlflow-server URL. Prints how many runs and points."""

import json
import os
import sys

tracker, folder = sys.argv[1:]
RUNS, STEPS = 3, 50


def value(step):
    return float("nan") if step == 7 else float("inf") if step == 9 else 2 / (step + 1)


if tracker.startswith("mlflow"):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow

    places = {"mlflow-sqlite": f"sqlite:///{folder}/mlflow.db", "mlflow-server": folder}
    mlflow.set_tracking_uri(places.get(tracker, f"file://{folder}/mlruns"))
    client = mlflow.MlflowClient()
    known = client.get_experiment_by_name("tune")
    experiment = client.create_experiment("tune") if known is None else known.experiment_id
    for i in range(RUNS):
        run = client.create_run(experiment, run_name=f"trial {i}").info.run_id
        client.log_param(run, "lr", str(10 ** -(i + 3)))
        for step in range(STEPS):
            client.log_metric(run, "train/loss", value(step), step=step, timestamp=1790000000000 + step)
        client.log_text(run, "hello", "sub/a.txt")
        client.set_terminated(run)
elif tracker == "trackio":
    os.environ["TRACKIO_DIR"] = f"{folder}/trackio"
    import trackio

    for i in range(RUNS):
        trackio.init(project="voice", name=f"run-{i}", config={"lr": 1e-4 * (i + 1)})
        for step in range(STEPS):
            trackio.log({"train/loss": value(step)}, step=step)
        trackio.finish()
else:
    os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=folder)
    import wandb

    for i in range(RUNS):
        run = wandb.init(project="voice", name=f"run-{i}", config={"lr": 1e-4 * (i + 1)})
        for step in range(STEPS):
            run.log({"train/loss": value(step)}, step=step)
        run.finish()

print(json.dumps({"runs": RUNS, "points": RUNS * STEPS}))
