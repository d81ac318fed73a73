// Runs one attempt apart from the supervisor: node wrap.mjs FOLDER. The folder holds launch.json (argv, env, cwd).
// Writes wrapper.json (who wraps; only one can), trainer.json (pid and start time) and exit.json (how it ended), each
// completely or not at all. The trainer leads a process group of its own and writes to log.txt, which is truncated when
// it grows.
import { spawn } from "node:child_process";
import {
  fsyncSync,
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const MAX_LOG_BYTES = 64 * 2 ** 20;
const KEPT_LOG_BYTES = 2 ** 20;
const LOOK_MS = 500;

const folder = process.argv[2];
const place = (name) => join(folder, name);

/** Start of a process in clock ticks since the machine started: with the pid it names a process once. */
function started(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null;
  }
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

/** Keeps the end of a log that grew too large in log.old.txt, and empties it; the trainer appends and goes on. */
function cutLog() {
  const path = place("log.txt");
  const { size } = statSync(path);
  if (size <= MAX_LOG_BYTES) return;
  const tail = Buffer.alloc(KEPT_LOG_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, tail, 0, KEPT_LOG_BYTES, size - KEPT_LOG_BYTES);
  } finally {
    closeSync(file);
  }
  const old = openSync(place("log.old.txt"), "w");
  writeSync(old, tail);
  closeSync(old);
  truncateSync(path, 0);
}

function run() {
  const { argv, env, cwd } = JSON.parse(readFileSync(place("launch.json"), "utf8"));
  const log = openSync(place("log.txt"), "a");
  const trainer = spawn(argv[0], argv.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  // at once, not on an event: a wrapper that is killed now must not leave a trainer that nobody knows
  if (trainer.pid !== undefined) write("trainer.json", { pid: trainer.pid, started: started(trainer.pid) });
  const timer = setInterval(cutLog, LOOK_MS);
  trainer.once("error", (error) => {
    clearInterval(timer);
    write("exit.json", { code: null, signal: null, error: error.message, endedMs: Date.now() });
  });
  trainer.once("exit", (code, signal) => {
    clearInterval(timer);
    write("exit.json", { code, signal, error: null, endedMs: Date.now() });
  });
}

process.on("SIGHUP", () => undefined);
if (claim()) run();
