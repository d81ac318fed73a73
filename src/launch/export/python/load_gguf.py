"""Loads a GGUF file with llama.cpp on the CPU and has it generate: load_gguf.py FILE.gguf. Needs xllamacpp.

The last line says what was loaded; the exit status is 0 where at least one token was generated.
"""
import json
import os
import sys
import urllib.request

import xllamacpp

TOKENS = 8

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_parallel = 1
params.n_ctx = 256
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
asked = {"prompt": "Hello", "n_predict": TOKENS, "temperature": 0, "ignore_eos": True}
request = urllib.request.Request(
    server.listening_address + "/completion", json.dumps(asked).encode(), {"content-type": "application/json"}
)
with urllib.request.urlopen(request, timeout=300) as answer:
    made = json.load(answer).get("tokens_predicted", 0)
print("loaded by llama.cpp, which generated %d tokens" % made, flush=True)
os._exit(0 if made > 0 else 1)
