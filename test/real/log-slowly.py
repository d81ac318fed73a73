"""Logs with the official client, a step at each line on stdin: `next` logs one more, the end of stdin ends the run."""

import sys

import mlflow

mlflow.set_experiment("live")
with mlflow.start_run(run_name="slow") as run:
    mlflow.log_metric("loss", 4.0, step=0)
    print(run.info.run_id, flush=True)
    for step, _ in enumerate(sys.stdin, start=1):
        mlflow.log_metric("loss", 4.0 / (step + 1), step=step)
        print(step, flush=True)
