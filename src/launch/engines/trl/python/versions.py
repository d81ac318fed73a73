"""Prints the versions of Python and of the packages named, as one line of JSON; imports none of them."""
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version


def of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


print(json.dumps({"python": platform.python_version(), **{name: of(name) for name in sys.argv[1:]}}))
