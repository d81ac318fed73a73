"""Logs 150 steps to the server at MLFLOW_TRACKING_URI, one call each; says on stdout when it has begun."""

import time

import mlflow

with mlflow.start_run(run_name="kept") as run:
    print(run.info.run_id, flush=True)
    for step in range(150):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
        time.sleep(0.02)
