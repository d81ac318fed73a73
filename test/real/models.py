"""Writes a registry and logged models with the official client of MLflow, or reads one as JSON: models.py write|read URI."""

import json
import math
import os
import sys
import tempfile
import warnings

os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true")
warnings.filterwarnings("ignore")
import mlflow
from mlflow.entities import LoggedModelOutput, LoggedModelStatus

action, uri = sys.argv[1:]
mlflow.set_tracking_uri(uri)
client = mlflow.MlflowClient()
NOW = 1790000000000


def write():
    experiment = client.create_experiment("models")
    run = client.create_run(experiment, run_name="trained").info.run_id
    client.log_text(run, "weights of the run", "model/weights.txt")
    model = client.create_logged_model(
        experiment, name="adapter", source_run_id=run, tags={"k": "é"}, params={"lr": "0.1"}, model_type="llm"
    )
    client.log_metric(run, "eval/loss", 0.75, step=2, timestamp=NOW, model_id=model.model_id)
    client.log_metric(run, "eval/loss", 0.5, step=3, timestamp=NOW + 1, model_id=model.model_id)
    client.log_metric(
        run, "acc", 0.9, step=2**60, timestamp=NOW, model_id=model.model_id, dataset_name="held", dataset_digest="abcd"
    )
    client.log_metric(run, "broken", float("nan"), step=4, timestamp=NOW, model_id=model.model_id)
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/deep")
        for path, text in {"MLmodel": "artifact_path: adapter\n", "deep/weights.bin": "of the logged model"}.items():
            with open(f"{folder}/{path}", "w") as file:
                file.write(text)
        client.log_model_artifacts(model.model_id, folder)
    client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    client.create_logged_model(experiment, name="failed", source_run_id=run)
    client.delete_logged_model(client.create_logged_model(experiment, name="gone").model_id)
    client.log_outputs(run, [LoggedModelOutput(model_id=model.model_id, step=2)])
    client.set_terminated(run)
    client.create_registered_model("champion's <b>", tags={"team": "a", "empty": ""}, description="The best.\nReally.")
    name = "champion's <b>"
    client.create_model_version(
        name, f"models:/{model.model_id}", run, tags={"q": "1"}, description="one", model_id=model.model_id
    )
    client.create_model_version(name, f"{client.get_run(run).info.artifact_uri}/model", run)
    client.create_model_version(name, f"models:/{name}/2")
    client.create_model_version(name, "s3://elsewhere/x")
    client.delete_model_version(name, "4")
    client.transition_model_version_stage(name, "1", "Production")
    client.set_registered_model_alias(name, "best", "3")
    client.set_registered_model_alias(name, "old", "1")
    client.create_registered_model("empty")
    mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"for": "mail"})


def plain(value):
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def own(tags):
    return {key: value for key, value in sorted(tags.items()) if not key.startswith("tunewright.import.")}


def version_of(one):
    fields = ["version", "current_stage", "description", "source", "run_id", "run_link", "status", "user_id"]
    facts = {field: getattr(one, field) or None for field in fields}
    times = [one.creation_timestamp, one.last_updated_timestamp]
    return {**facts, "version": int(one.version), "times": times, "tags": own(one.tags)}


def files(uri):
    with tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(uri, dst_path=folder)
        found = [os.path.join(base, name) for base, _, names in os.walk(place) for name in names]
        return {os.path.relpath(path, place): open(path).read() for path in sorted(found)}


def registered(model):
    versions = client.search_model_versions(f'name="{model.name}"')
    return {
        "name": model.name,
        "description": model.description or None,
        "times": [model.creation_timestamp, model.last_updated_timestamp],
        "tags": own(model.tags),
        "aliases": {alias: int(version) for alias, version in sorted(model.aliases.items())},
        "versions": sorted((version_of(one) for one in versions), key=lambda one: one["version"]),
    }


def logged(model):
    metrics = [
        [one.key, plain(one.value), one.step, one.timestamp, one.run_id, one.dataset_name or None, one.dataset_digest or None]
        for one in model.metrics or []
    ]
    latest = {(key, run, name, digest): [value, step, time] for key, value, step, time, run, name, digest in
              sorted(metrics, key=lambda one: (one[2], one[3]))}
    return {
        "id": model.model_id,
        "name": model.name,
        "type": model.model_type or None,
        "run": model.source_run_id,
        "status": str(model.status),
        "times": [model.creation_timestamp, model.last_updated_timestamp],
        "tags": own(model.tags),
        "params": model.params,
        "metrics": sorted([*map(str, key), *value] for key, value in latest.items()),
        "files": files(f"models:/{model.model_id}") if model.name == "adapter" else {},
    }


def read():
    experiment = client.get_experiment_by_name("models").experiment_id
    models = client.search_registered_models()
    prompt = client.get_prompt_version("greeting", "1")
    run = client.search_runs([experiment])[0]
    return {
        "registered": [registered(model) for model in sorted(models, key=lambda model: model.name)],
        "logged": sorted((logged(one) for one in client.search_logged_models([experiment])), key=lambda one: one["id"]),
        "prompt": [prompt.template, prompt.commit_message, prompt.tags],
        "outputs": [[one.model_id, one.step] for one in run.outputs.model_outputs],
        "files": {number: files(f"models:/champion's <b>/{number}") for number in (1, 2, 3)},
    }


if action == "write":
    write()
print(json.dumps(read()))
