"""pytest plugin: MLflow's own tests meet a Tunewright server where they would start MLflow's.

TUNEWRIGHT_HOST of the environment is the address of `node bench/mlflow-suite/host.mjs`, which makes one for each test.
"""

import contextlib
import os
import urllib.request

from mlflow.server import handlers

from tests.tracking import integration_test_utils


@contextlib.contextmanager
def served():
    with urllib.request.urlopen(os.environ["TUNEWRIGHT_HOST"], data=b"") as answer:
        yield answer.read().decode()


class ServerThread:
    """Takes the place of MLflow's class of this name, which is given an application and a port."""

    def __init__(self, _app, _port):
        self.server = served()

    def __enter__(self):
        return self.server.__enter__()

    def __exit__(self, *error):
        return self.server.__exit__(*error)


integration_test_utils.ServerThread = ServerThread
integration_test_utils._init_server = lambda *_args, **_kwargs: served()
handlers.initialize_backend_stores = lambda *_args, **_kwargs: None  # the stores of MLflow's own server
