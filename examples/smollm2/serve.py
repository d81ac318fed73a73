"""Serves GGUF files with llama.cpp on the CPU while a command runs: serve.py NAME=FILE:PORT ... -- COMMAND.

FILE @ is TUNEWRIGHT_STAGE_OUTPUT, the newest result of the plan. Each file is served by TUNEWRIGHT_SERVING_PYTHON, which needs
xllamacpp. The exit status is that of the command.
"""
import os
import subprocess
import sys
import time
import urllib.request

LOAD_SEC = 300
ENGINE = """
import sys, xllamacpp
name, file, port = sys.argv[1:4]
params = xllamacpp.CommonParams()
params.model.path = file
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_parallel = 1
params.n_ctx = 1024
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
sys.stdin.read()  # until the parent ends
"""


def start(word):
    name, rest = word.split("=", 1)
    file, port = rest.rsplit(":", 1)
    path = os.environ["TUNEWRIGHT_STAGE_OUTPUT"] if file == "@" else file
    python = os.environ["TUNEWRIGHT_SERVING_PYTHON"]
    argv = [python, "-c", ENGINE, name, path, port]
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return port, subprocess.Popen(argv, **quiet)


def wait(port, process):
    for _ in range(LOAD_SEC * 2):
        if process.poll() is not None:
            sys.exit("the engine on port %s ended with %s: is the port free?" % (port, process.returncode))
        try:
            with urllib.request.urlopen("http://127.0.0.1:%s/health" % port, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    sys.exit("the engine on port %s did not answer within %d s" % (port, LOAD_SEC))


def main():
    cut = sys.argv.index("--")
    served = [start(word) for word in sys.argv[1:cut]]
    try:
        for port, process in served:
            wait(port, process)
        return subprocess.run(sys.argv[cut + 1 :]).returncode
    finally:
        for _, process in served:
            process.kill()
            process.wait()


sys.exit(main())
