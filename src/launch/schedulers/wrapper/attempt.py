"""Runs one attempt where Tunewright is not installed; Python 3.8 or newer, standard library alone.

attempt.py run FOLDER            runs launch.json (argv, env, cwd) to its end, and ends with its status
attempt.py start FOLDER          the same, detached; secrets as one JSON object on standard input
attempt.py look FOLDER           prints what is known of it, as one line of JSON
attempt.py signal FOLDER NAME    sends a signal to its process group; status 3 where it does not run

Writes wrapper.json (who wraps; only one can), trainer.json (pid and start time) and exit.json (how it ended), each whole
or not at all. The time of trainer.json shows when the trainer was last seen running: if the whole machine fails, that is when
the attempt ended. The trainer leads a process group of its own and prints into a pipe; the wrapper copies it to log.txt and
cuts that file as it writes, so that a fast trainer waits and the log stays small. A second process reads the pipe if the
wrapper is killed, so that the trainer neither fails nor waits. Either ends the trainer at the limit in launch.json: a cap also
holds where no supervisor looks. SIGTERM is passed on to the trainer, which saves a checkpoint and ends by itself; so does a file named stop, for schedulers that
have no signal for it or too little patience.
"""
import json
import os
import select
import signal
import subprocess
import sys
import time

MAX_LOG_BYTES, KEPT_LOG_BYTES, CHUNK_BYTES, LOOK_SEC, ALIVE_SEC = 64 * 2**20, 2**20, 2**16, 0.5, 2
TAKEN, NOT_RUNNING = 77, 3


def started(pid):
    """Start of a process in clock ticks since the machine started: with the pid it names a process once."""
    try:
        with open("/proc/%d/stat" % pid, encoding="latin1") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return None if fields[0] in "ZXx" else fields[19]
    except OSError:
        return None


def is_same(known):
    if known is None:
        return False
    try:
        os.kill(known["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not os.path.exists("/proc/self/stat") or known["started"] is None:
        return True
    return started(known["pid"]) == known["started"]


def read(name):
    try:
        with open(name) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def write_temporary(name, value):
    temporary = "%s.%s.%d" % (name, os.uname().nodename, os.getpid())
    with open(temporary, "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def write(name, value):
    os.replace(write_temporary(name, value), name)


def claim():
    """False where another wrapper has this attempt."""
    temporary = write_temporary("wrapper.json", {"pid": os.getpid(), "started": started(os.getpid())})
    try:
        os.link(temporary, "wrapper.json")
        return True
    except FileExistsError:
        return False
    finally:
        os.remove(temporary)


class Log:
    """log.txt of the attempt; one that grows too large keeps its end in log.old.txt and is emptied."""

    def __init__(self):
        self.file = open("log.txt", "ab+", buffering=0)
        self.size = os.fstat(self.file.fileno()).st_size

    def append(self, chunk):
        try:
            self.size += self.file.write(chunk)
            if self.size > MAX_LOG_BYTES:
                self.cut()
        except OSError:
            pass  # a full disk loses lines of the log, never the attempt

    def cut(self):
        self.file.seek(-KEPT_LOG_BYTES, os.SEEK_END)
        try:
            with open("log.old.txt", "wb") as old:
                old.write(self.file.read())
        finally:
            os.ftruncate(self.file.fileno(), 0)
            self.size = 0


def copy_pipe(reader, log):
    """Copies what a pipe holds now to the log; false once its last writer has closed it."""
    while True:
        try:
            chunk = os.read(reader, CHUNK_BYTES)
        except BlockingIOError:
            return True
        if not chunk:
            return False
        log.append(chunk)


class Limit:
    """Ends a trainer at the limit of its attempt: SIGTERM before it by the grace period, SIGKILL at it."""

    def __init__(self, limit, ran_sec=0.0):
        self.limit, self.begun, self.is_told = limit, time.monotonic() - ran_sec, False

    def keep(self):
        if self.limit is None:
            return
        left = self.limit["runMs"] - (time.monotonic() - self.begun) * 1000
        try:
            if left <= 0:
                send("SIGKILL")
            elif left <= self.limit["graceMs"] and not self.is_told:
                self.is_told = True
                send("SIGTERM")
        except ProcessLookupError:
            pass


def show_life():
    try:
        os.utime("trainer.json")
    except OSError:
        pass  # a full disk, or a trainer that was not started


def last_seen():
    try:
        return os.stat("trainer.json").st_mtime * 1000
    except OSError:
        return None


def guard(reader, writer):
    """A process that reads the pipe in place of a wrapper that was killed. Returns what ends it: one byte to this file."""
    life, alive = os.pipe()
    if os.fork() > 0:
        os.close(life)
        return alive
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(writer)
        os.close(alive)
        if not os.read(life, 1):
            log, trainer = Log(), read("trainer.json")
            limit = Limit(trainer and read("launch.json").get("limit"), time.time() - (trainer or {}).get("startedMs", 0) / 1000)
            while copy_pipe(reader, log):
                show_life()
                limit.keep()
                select.select([reader], [], [], LOOK_SEC)
    finally:
        os._exit(0)


def start_trainer(order, secrets, output):
    return subprocess.Popen(
        order["argv"],
        cwd=order["cwd"],
        env={**os.environ, **order["env"], **secrets},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def pass_on_stop(trainer, asked):
    """Sends SIGTERM to the trainer if the wrapper received it or found the file named stop."""
    if any(number != signal.SIGHUP for number in asked):
        asked.clear()
        try:
            os.killpg(trainer.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def watch(trainer, reader, asked, limit):
    """Copies the output of the trainer until it ends. Returns its status, and false if nothing else writes to its pipe."""
    log, is_told, is_open, next_look, next_sign = Log(), False, True, 0.0, 0.0
    while trainer.poll() is None:
        if is_open and select.select([reader], [], [], LOOK_SEC)[0]:
            chunk = os.read(reader, CHUNK_BYTES)
            is_open = bool(chunk)
            log.append(chunk)
        elif not is_open:
            try:
                trainer.wait(timeout=LOOK_SEC)
            except subprocess.TimeoutExpired:
                pass
        if time.monotonic() >= next_sign:
            next_sign = time.monotonic() + ALIVE_SEC
            show_life()
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + LOOK_SEC
            is_told = is_told or (os.path.exists("stop") and not asked.append(signal.SIGTERM))
        pass_on_stop(trainer, asked)
        limit.keep()
    return trainer.returncode, copy_pipe(reader, log)


def run(secrets):
    asked = []
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: asked.append(number))
    if not claim():
        print("another wrapper has this attempt", file=sys.stderr)
        return TAKEN
    order = read("launch.json")
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    alive = guard(reader, writer)
    try:
        trainer = start_trainer(order, secrets, writer)
    except OSError as error:
        os.write(alive, b"x")
        write("exit.json", {"code": None, "signal": None, "error": str(error), "endedMs": time.time() * 1000})
        return 127
    os.close(writer)
    facts = {"pid": trainer.pid, "started": started(trainer.pid), "startedMs": time.time() * 1000}
    write("trainer.json", facts)
    code, is_open = watch(trainer, reader, asked, Limit(order.get("limit")))
    name = signal.Signals(-code).name if code < 0 else None
    write("exit.json", {"code": None if code < 0 else code, "signal": name, "error": None, "endedMs": time.time() * 1000})
    if not is_open:
        os.write(alive, b"x")  # else the guard reads on for the processes that the trainer left
    return 128 - code if code < 0 else code


def start():
    secrets = json.loads(sys.stdin.read() or "{}")
    if os.fork() > 0:
        return 0
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    os._exit(run(secrets))


def look():
    trainer = read("trainer.json")
    wrapper = read("wrapper.json")
    alive = is_same(wrapper) or is_same(trainer)
    # exit.json last: a trainer that ends in between is seen as alive once more, never as lost
    facts = {"isClaimed": wrapper is not None, "isAlive": alive, "exit": read("exit.json"), "nowMs": time.time() * 1000}
    facts["startedMs"] = trainer and trainer["startedMs"]
    facts["aliveMs"] = last_seen()
    print(json.dumps(facts))
    return 0


def descendants(root):
    """Descendants of a process, those in process groups of their own included; none where the system has no /proc."""
    children = {}
    for pid in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
        try:
            with open("/proc/%s/stat" % pid, encoding="latin1") as stat:
                children.setdefault(int(stat.read().rpartition(")")[2].split()[1]), []).append(int(pid))
        except OSError:
            continue
    found, places = [], [root]
    while places:
        own = children.get(places.pop(), [])
        found += own
        places += own
    return found


def send(name):
    trainer = read("trainer.json")
    if not is_same(trainer):
        return NOT_RUNNING
    others = descendants(trainer["pid"]) if name == "SIGKILL" else []
    os.killpg(trainer["pid"], signal.Signals[name])
    for pid in others:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return 0


def main():
    what, folder = sys.argv[1], sys.argv[2]
    if what in ("look", "signal") and not os.path.isdir(folder):
        print(json.dumps({"isClaimed": False, "isAlive": False, "exit": None, "nowMs": time.time() * 1000, "startedMs": None}))
        return NOT_RUNNING if what == "signal" else 0
    os.chdir(folder)
    if what == "run":
        return run({})
    if what == "start":
        return start()
    return look() if what == "look" else send(sys.argv[3])


if __name__ == "__main__":
    sys.exit(main())
