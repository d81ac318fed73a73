// Runs one attempt apart from the supervisor: node wrap.mjs FOLDER. The folder holds launch.json (argv, env, cwd).
// Writes wrapper.json (who wraps; only one can), trainer.json (pid and start time) and exit.json (how it ended), each
// completely or not at all. The time of trainer.json shows when the trainer was last seen running: if the whole machine
// fails, that is when the attempt ended. The trainer leads a process group of its own and prints into a named pipe; the wrapper copies
// it to log.txt and cuts that file as it writes, so that a fast trainer waits and the log stays small. A shell waits for the
// end of the wrapper: if the wrapper is killed, the shell becomes a reader of the pipe (node wrap.mjs FOLDER PIPE), and the
// trainer neither fails nor waits. Either ends the trainer at the limit in launch.json, or at an earlier one in limit.json:
// a cap also holds where no supervisor runs.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  ftruncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MAX_LOG_BYTES = 64 * 2 ** 20;
const KEPT_LOG_BYTES = 2 ** 20;
const CHUNK_BYTES = 2 ** 16;
const CHUNKS_PER_EVENT = 64;
const ALIVE_MS = 2000;
const LIMIT_MS = 250;
const LATEST_START_MS = 60_000;

const [folder, abandonedPipe] = process.argv.slice(2);
const place = (name) => join(folder, name);

/** Fields of a process from its state on; undefined if it has ended. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Start of a process in clock ticks since the machine started: with the pid it names a process once. */
const started = (pid) => statOf(pid)?.[19] ?? null;

/** Descendants of a process, also those in process groups of their own; none where the system has no /proc. */
function descendantsOf(root) {
  const parents = new Map();
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      parents.set(Number(pid), Number(statOf(pid)?.[1]));
    }
  } catch {
    return [];
  }
  const found = [root];
  for (const one of found) for (const [pid, parent] of parents) if (parent === one) found.push(pid);
  return found.slice(1);
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended
  }
}

/** What a JSON file of the attempt says; undefined if it is missing or torn. */
function readJson(name) {
  try {
    return JSON.parse(readFileSync(place(name), "utf8"));
  } catch {
    return undefined;
  }
}

/** Time since an attempt started, ms; 0 if its order does not state when. */
const ranMs = (limit) => Math.max(0, Date.now() - (limit?.startedMs ?? Date.now()));

/**
 * Ends a trainer at the limit of its attempt: SIGTERM before it by the grace period, SIGKILL at it. Returns a function that
 * ends the watch.
 *
 * @param ranAlreadyMs  time since the attempt started, which its limit counts from
 */
function keepLimit({ pid, started: start }, limit, ranAlreadyMs) {
  if (limit === undefined) return () => undefined;
  const begunMs = performance.now() - ranAlreadyMs;
  let isTold = false;
  const timer = setInterval(() => {
    if (started(pid) !== start) return clearInterval(timer);
    const leftMs = Math.min(limit.runMs, readJson("limit.json")?.runMs ?? limit.runMs) + begunMs - performance.now();
    if (leftMs <= 0) for (const one of [-pid, ...descendantsOf(pid)]) send(one, "SIGKILL");
    else if (leftMs <= limit.graceMs && !isTold) {
      isTold = true;
      send(-pid, "SIGTERM");
    }
  }, LIMIT_MS);
  return () => clearInterval(timer);
}

function writeTemporary(name, value) {
  const temporary = place(`${name}.${process.pid}`);
  const file = openSync(temporary, "w");
  writeSync(file, JSON.stringify(value));
  fsyncSync(file);
  closeSync(file);
  return temporary;
}

/** False if another wrapper has this attempt. */
function claim() {
  const temporary = writeTemporary("wrapper.json", { pid: process.pid, started: started(process.pid) });
  try {
    linkSync(temporary, place("wrapper.json"));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function write(name, value) {
  renameSync(writeTemporary(name, value), place(name));
}

/** Appends to log.txt; one that grew too large keeps its end in log.old.txt and is emptied. */
function openLog() {
  const log = openSync(place("log.txt"), "a+");
  let { size } = fstatSync(log);
  return (chunk) => {
    try {
      writeSync(log, chunk);
      size += chunk.length;
      if (size > MAX_LOG_BYTES) size = cutLog(log);
    } catch {
      // a full disk loses lines of the log, never the attempt
    }
  };
}

function cutLog(log) {
  const { size } = fstatSync(log);
  const tail = Buffer.alloc(Math.min(size, KEPT_LOG_BYTES));
  readSync(log, tail, 0, tail.length, size - tail.length);
  try {
    const old = openSync(place("log.old.txt"), "w");
    writeSync(old, tail);
    closeSync(old);
  } finally {
    ftruncateSync(log, 0);
  }
  return 0;
}

/** Shows every two seconds that the trainer runs. Returns a function that stops it. */
function showLife() {
  const timer = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(place("trainer.json"), now, now);
    } catch {
      // a full disk, or a trainer that could not be started
    }
  }, ALIVE_MS);
  return () => clearInterval(timer);
}

/** A pipe with a name, outside the folder of the job, so that a copy of that folder never meets it. */
function makePipe() {
  const pipe = join(mkdtempSync(join(tmpdir(), "tunewright-log-")), "pipe");
  const { status, stderr, error } = spawnSync("mkfifo", ["-m", "600", pipe], { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(stderr.trim());
  return pipe;
}

const removePipe = (pipe) => rmSync(dirname(pipe), { recursive: true, force: true });

/** Copies a pipe to the log until its last writer closes it. Returns a function that copies what it holds now. */
function copyToLog(pipe, onEnd) {
  return copyFrom(openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK), onEnd);
}

/** Copies what a pipe holds now. False if it has no writer: one that never had any reports no end. */
function copyNow(reader) {
  const append = openLog();
  const part = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const length = readSync(reader, part, 0, CHUNK_BYTES, null);
      if (length === 0) return false;
      append(part.subarray(0, length));
    }
  } catch (error) {
    if (error.code === "EAGAIN") return true;
    throw error;
  }
}

/** Reads on in place of a wrapper that was killed. */
function takeOver(pipe) {
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  if (!copyNow(reader)) {
    removePipe(pipe); // the trainer was killed too
    return;
  }
  const endLife = showLife();
  const trainer = readJson("trainer.json");
  const { limit } = readJson("launch.json") ?? {};
  const endLimit = keepLimit(trainer ?? {}, trainer === undefined ? undefined : limit, ranMs(limit));
  copyFrom(reader, () => {
    endLife();
    endLimit();
    removePipe(pipe);
  });
}

function copyFrom(reader, onEnd) {
  const append = openLog();
  const input = new Socket({ fd: reader, readable: true, writable: false });
  const part = Buffer.alloc(CHUNK_BYTES);
  const copyHeld = (maxChunks) => {
    try {
      for (let chunks = 0; chunks < maxChunks; chunks++) {
        const length = readSync(reader, part, 0, CHUNK_BYTES, null);
        if (length === 0) return;
        append(part.subarray(0, length));
      }
    } catch (error) {
      // EAGAIN: it is empty; EBADF: it was closed at its end
      if (error.code !== "EAGAIN" && error.code !== "EBADF") throw error;
    }
  };
  input.on("data", (chunk) => {
    append(chunk);
    copyHeld(CHUNKS_PER_EVENT);
  });
  input.on("error", () => undefined);
  input.once("close", onEnd);
  return () => copyHeld(Number.POSITIVE_INFINITY);
}

/** A shell that reads the pipe in place of a wrapper that was killed. Returns a function that ends it. */
function guard(pipe) {
  const words = ["-c", 'read -r _ || exec "$@"', "sh", process.execPath, fileURLToPath(import.meta.url), folder, pipe];
  const shell = spawn("sh", words, { cwd: folder, stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  shell.stdin.unref();
  return () => shell.stdin.end("ended\n");
}

function run() {
  const { argv, env, cwd, limit } = JSON.parse(readFileSync(place("launch.json"), "utf8"));
  const pipe = makePipe();
  const endGuard = guard(pipe);
  const copyRest = copyToLog(pipe, () => {
    removePipe(pipe);
    endGuard();
  });
  // readable too: a trainer that writes while no reader is left waits for the next one, instead of failing
  const output = openSync(pipe, "r+");
  const trainer = spawn(argv[0], argv.slice(1), {
    cwd,
    // the mark by which a supervisor finds a trainer whose wrapper was killed and whose folder was moved
    env: { ...process.env, ...env, TUNEWRIGHT_ATTEMPT: folder },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  // at once, not on an event: a wrapper that is killed now must not leave a trainer that nobody knows
  const facts = { pid: trainer.pid, started: started(trainer.pid) };
  if (trainer.pid !== undefined) write("trainer.json", facts);
  const endLife = showLife();
  // the clock may have jumped since the supervisor read it
  const startMs = Math.min(LATEST_START_MS, ranMs(limit));
  const endLimit = keepLimit(facts, trainer.pid === undefined ? undefined : limit, startMs);
  trainer.once("error", (error) => {
    endLife();
    write("exit.json", { code: null, signal: null, error: error.message, endedMs: Date.now() });
  });
  trainer.once("exit", (code, signal) => {
    const endedMs = Date.now();
    endLife();
    endLimit();
    copyRest();
    write("exit.json", { code, signal, error: null, endedMs });
  });
}

process.on("SIGHUP", () => undefined);
if (abandonedPipe !== undefined) takeOver(abandonedPipe);
else if (claim()) run();
