"""Runs one attempt whose files come from object storage and return there; Python 3.8 or newer, standard library alone.

MANIFEST is set by whoever runs this: `folder` of the job, `files` to fetch as pairs of path and address, `command` that runs
the attempt, its own folder `own`, addresses to put `news` and `out` to, and one that answers 200 once the attempt is to `stop`.
News are progress, metrics, logs and how the trainer ended; out is the whole folder of checkpoints and the model.
"""
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request

LOOK_SEC, TRIES, LAST_TRIES, LOG_BYTES = MANIFEST.get("look_sec", 10), 6, 65, 2**20  # noqa: F821
FOLDER, OWN = MANIFEST["folder"], MANIFEST["own"]  # noqa: F821
OUT = os.path.join(FOLDER, "out")


def ask(address, body=None, tries=TRIES):
    """Answer of a request; None for 404. Tries again where the server does not answer."""
    for attempt in range(tries):
        try:
            method = "GET" if body is None else "PUT"
            with urllib.request.urlopen(urllib.request.Request(address, body, method=method), timeout=300) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            if error.code < 500 and error.code != 429 or attempt == tries - 1:
                raise
        except OSError:
            if attempt == tries - 1:
                raise
        time.sleep(min(60, 2**attempt))


def fetch(path, address):
    place = os.path.join(FOLDER, path)
    if os.path.exists(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    content = ask(address)
    if content is None:
        sys.exit("%s is not in the storage" % path)
    with open(place + ".part", "wb") as file:
        file.write(content)
    os.replace(place + ".part", place)


def packed(paths):
    """Files of the job as one archive: the end of a log, other files whole. What vanishes meanwhile is left out."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in paths:
            try:
                with open(path, "rb") as file:
                    if path.endswith(".txt"):
                        file.seek(max(0, os.path.getsize(path) - LOG_BYTES))
                    content = file.read()
            except FileNotFoundError:
                continue
            entry = tarfile.TarInfo(os.path.relpath(path, FOLDER))
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def put_news(tries=TRIES):
    own = [os.path.join(OWN, name) for name in ("log.old.txt", "log.txt", "wrapper.json", "trainer.json", "exit.json")]
    names = sorted(os.listdir(OUT)) if os.path.isdir(OUT) else []
    told = [os.path.join(OUT, name) for name in names if name == "progress.json" or name.endswith(".jsonl")]
    ask(MANIFEST["news"], packed([*told, *own]), tries)  # noqa: F821


def put_out(tries=TRIES):
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(OUT) for name in sorted(names)]
    ask(MANIFEST["out"], packed([path for path in paths if not path.endswith(".tmp")]), tries)  # noqa: F821


def newest_checkpoint():
    names = os.listdir(OUT) if os.path.isdir(OUT) else []
    whole = [name for name in names if os.path.exists(os.path.join(OUT, name, "trainer_state.json"))]
    return max((int(name.split("-")[1]) for name in whole if name.startswith("checkpoint-")), default=0)


def main():
    for path, address in MANIFEST["files"]:  # noqa: F821
        fetch(path, address)
    trainer = subprocess.Popen(MANIFEST["command"])  # noqa: F821
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: trainer.terminate())
    put = newest_checkpoint()
    while True:
        try:
            code = trainer.wait(timeout=LOOK_SEC)
            break
        except subprocess.TimeoutExpired:
            try:
                put_news()
                if newest_checkpoint() > put:
                    put = newest_checkpoint()
                    put_out()
                if ask(MANIFEST["stop"]) is not None:  # noqa: F821
                    open(os.path.join(OWN, "stop"), "w").close()
            except OSError as error:  # the run goes on: the next look tries again
                print("tunewright: the storage does not answer: %s" % error, file=sys.stderr)
    # the result of the whole run: an outage of the storage must not lose it, though the machine costs meanwhile
    put_out(LAST_TRIES)
    put_news(LAST_TRIES)
    return code if code >= 0 else 128 - code


sys.exit(main())
