"""Logs to the server at MLFLOW_TRACKING_URI with the official client, reads back, prints what came as one JSON line."""

import json
import math
import sys

import mlflow
from mlflow import MlflowClient

mlflow.set_experiment("fluent")
with mlflow.start_run(run_name="parent") as parent:
    mlflow.log_params({"lr": 2e-4, "empty": ""})
    for step in range(5):
        mlflow.log_metric("train/loss", 1 / (step + 1), step=step)
    mlflow.log_metric("odd", float("nan"), step=0)
    mlflow.log_metric("odd", float("inf"), step=1)
    mlflow.log_metric("far", 1.0, step=2**63 - 1)
    mlflow.set_tag("team", "nlp")
    mlflow.log_text("hello", "notes/readme.txt")
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metric("x", 1.0)

client = MlflowClient()
run_id = parent.info.run_id
with mlflow.start_run(run_id=run_id):  # resumed
    mlflow.log_metric("train/loss", 0.1, step=5)
found = mlflow.search_runs(experiment_names=["fluent"], filter_string="metrics.`train/loss` < 0.5 and params.lr = '0.0002'", output_format="list")
client.create_registered_model("sft")
version = client.create_model_version("sft", f"runs:/{run_id}/notes", run_id)
client.set_registered_model_alias("sft", "champion", version.version)
run = client.get_run(run_id)
odd = client.get_metric_history(run_id, "odd")
json.dump(
    {
        "status": run.info.status,
        "params": run.data.params,
        "loss": [point.value for point in client.get_metric_history(run_id, "train/loss")],
        "isNan": math.isnan(odd[0].value),
        "isInf": math.isinf(odd[1].value),
        "far": str(client.get_metric_history(run_id, "far")[0].step),
        "text": mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/readme.txt"),
        "found": [each.info.run_name for each in found],
        "parent": client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run_id,
        "champion": client.get_model_version_by_alias("sft", "champion").version,
    },
    sys.stdout,
)
