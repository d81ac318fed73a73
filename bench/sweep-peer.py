"""The surrogate of LCBench for bench/sweep.bench.mjs, and Optuna's TPE on it.

sweep-peer.py evaluate DATA        answers each line of JSON {"task", "x": [[...]]} with its losses, until the end of input
sweep-peer.py optuna DATA TASKS SEEDS TRIALS univariate|multivariate   prints {"task", "seed", "best"} for each search
"""
import json
import sys

import numpy as np
import onnxruntime

mode, folder = sys.argv[1:3]
encoding = json.load(open(f"{folder}/encoding.json"))["OpenML_task_id"]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(f"{folder}/model.onnx", options)
outputs = [each.name for each in session.get_outputs()]


def losses(task, points):
    """Cross entropy on validation rows after 52 epochs; points in the order of the model's inputs, without epochs."""
    points = np.array([[52, *point] for point in points], dtype=np.float32)
    tasks = np.full((len(points), 1), encoding[task], dtype=np.int32)
    answer = session.run(outputs, {"x_cat": tasks, "x_cont": points})
    table = np.concatenate([part.reshape(len(points), -1) for part in answer], axis=1)
    return [float(value) for value in table[:, 2]]


if mode == "evaluate":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(losses(asked["task"], asked["x"])), flush=True)
else:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    task_list, seeds, trials = sys.argv[3].split(","), int(sys.argv[4]), int(sys.argv[5])
    is_multivariate = sys.argv[6] == "multivariate"  # stated, since its default changed with Optuna 5

    def objective(trial, task):
        point = [
            trial.suggest_int("batch_size", 16, 512, log=True),
            trial.suggest_float("learning_rate", 1e-4, 0.1, log=True),
            trial.suggest_float("momentum", 0.1, 0.99),
            trial.suggest_float("weight_decay", 1e-5, 0.1),
            trial.suggest_int("num_layers", 1, 5),
            trial.suggest_int("max_units", 64, 1024, log=True),
            trial.suggest_float("max_dropout", 0, 1),
        ]
        return losses(task, [point])[0]

    import warnings

    warnings.filterwarnings("ignore")
    for task in task_list:
        for seed in range(seeds):
            study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, multivariate=is_multivariate))
            study.optimize(lambda trial: objective(trial, task), n_trials=trials)
            print(json.dumps({"task": task, "seed": seed, "best": study.best_value}), flush=True)
