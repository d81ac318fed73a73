"""Traces many runs: a request per line on stdin, an answer per line on stdout, libraries imported once and each run in a
process of its own. Its folder of modules is the first argument: that of `plan trace`."""
import json
import os
import sys
import time

sys.path.insert(0, sys.argv[1])
import trace_step  # noqa: E402  (takes stdout for answers)

import peft  # noqa: E402,F401
import trace_loss  # noqa: E402,F401
import transformers  # noqa: E402,F401
import trl.trainer.utils  # noqa: E402,F401

for line in sys.stdin:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        started = time.time()
        try:
            answer = trace_step.trace(json.loads(line))
        except Exception as error:
            answer = {"unsupported": f"{type(error).__name__}: {error}"}
        answer |= {"versions": trace_step.versions(), "seconds": round(time.time() - started, 1)}
        with os.fdopen(write, "w") as out:
            out.write(json.dumps(answer))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    print(text or '{"unsupported": "ended without an answer", "versions": {}, "seconds": 0}', file=trace_step.ANSWER, flush=True)
