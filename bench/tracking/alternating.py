"""Writes of MLflow's own client to several servers in alternation: the load of the machine falls on all of them alike.

    python alternating.py FOLDER_OF_MLFLOW_BENCH ROUNDS official=http://127.0.0.1:5001 ours=http://127.0.0.1:5000

Prints median and lower quartile in ms. "floor" is the client against a server that answers at once; a ratio is
(official - floor) / (ours - floor). The first rounds, in which the servers warm up, do not count.
"""
import http.server
import multiprocessing
import random
import sys
import time

sys.path.insert(0, sys.argv[1])
import mlflow_bench
from mlflow import MlflowClient
from mlflow.entities import Metric

WARM_UP = 16


class Server:
    def __init__(self, url):
        self.client = MlflowClient(url)
        self.experiment = self.client.create_experiment(f"alternating-{time.time()}")
        self.narrow, self.wide = (self.client.create_run(self.experiment).info.run_id for _ in range(2))


def points(count, keys, step):
    return [Metric(f"m{j % keys}", float(step + j), mlflow_bench.now_ms(), step * (count // keys) + j // keys) for j in range(count)]


# of each call: made in every nth round, and how
CALLS = {
    "log_metric": (1, lambda to, i: to.client.log_metric(to.narrow, "loss", 1 / (i + 1), step=i)),
    "log_batch 10": (1, lambda to, i: to.client.log_batch(to.narrow, points(10, 10, i))),
    "create_run": (2, lambda to, i: to.client.create_run(to.experiment, tags={"a": "b"})),
    "log_batch 1000, 100 keys": (8, lambda to, i: to.client.log_batch(to.wide, points(1000, 100, i))),
}


def show(name, label, share, taken):
    at = {server: sorted(ms)[int(len(ms) * share)] for server, ms in taken.items()}
    line = f"{name:26}{label:9}" + "".join(f"{server} {ms:.2f}  " for server, ms in at.items())
    for server in at if "official" in at else []:
        if server not in ("official", "floor"):
            line += f" {server}: {(at['official'] - at['floor']) / max(at[server] - at['floor'], 0.001):.1f}x"
    print(line, flush=True)


def main(rounds, urls):
    floor = http.server.ThreadingHTTPServer(("127.0.0.1", 0), mlflow_bench.AtOnce)
    process = multiprocessing.Process(target=floor.serve_forever, daemon=True)
    process.start()
    servers = {name: Server(url) for name, url in {**urls, "floor": f"http://127.0.0.1:{floor.server_port}"}.items()}
    taken = {call: {name: [] for name in servers} for call in CALLS}
    for i in range(rounds):
        for call, (every, make) in CALLS.items():
            for name in random.sample(list(servers), len(servers)) if i % every == 0 else []:
                started = time.perf_counter()
                make(servers[name], i)
                if i >= WARM_UP:
                    taken[call][name].append((time.perf_counter() - started) * 1000)
    for call, by_server in taken.items():
        show(call, "median", 0.5, by_server)
        show(call, "quartile", 0.25, by_server)
    process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[2]), dict(word.split("=", 1) for word in sys.argv[3:]))
