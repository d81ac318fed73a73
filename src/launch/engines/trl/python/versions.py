"""Prints the versions of Python and of the packages named, as one line of JSON; imports none of them. With --gpus also the
number of GPUs that torch sees here, for which it is imported; null if it cannot be."""
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version


def of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def gpus():
    try:
        import torch

        return torch.cuda.device_count()
    except Exception:
        return None


names = [name for name in sys.argv[1:] if name != "--gpus"]
found = {"python": platform.python_version(), **{name: of(name) for name in names}}
print(json.dumps({**found, "gpus": gpus()} if "--gpus" in sys.argv else found))
