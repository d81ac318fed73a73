"""Eight official clients at a time against one server: `clients.py FOLDER_OF_mlflow_bench URL OUT.json`."""

import json
import multiprocessing
import sys
import time

sys.path.insert(0, sys.argv[1])
import mlflow_bench  # noqa: E402
from mlflow import MlflowClient  # noqa: E402

if __name__ == "__main__":
    uri = sys.argv[2]
    experiment = MlflowClient(uri).create_experiment(f"clients-{time.time()}")
    queue = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=mlflow_bench.batches, args=(uri, experiment, queue))
        for _ in range(mlflow_bench.CLIENTS)
    ]
    for worker in workers:
        worker.start()
    counts = [queue.get() for _ in workers]
    for worker in workers:
        worker.join()
    done = sum(done for done, _ in counts) / mlflow_bench.CLIENT_SECONDS
    with open(sys.argv[3], "w") as out:
        json.dump({"clients": done, "failed": sum(failed for _, failed in counts)}, out)
