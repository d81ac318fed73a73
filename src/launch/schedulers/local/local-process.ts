import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isSystemError } from "../../../base/failure.ts";
import { isProcessAlive, processFacts } from "../../../base/process-alive.ts";
import { type AttemptProcess, readExit, readProcess } from "../attempt-files.ts";
import type { AttemptSight, LaunchOrder } from "../scheduler.ts";

const WRAPPER = fileURLToPath(new URL("./wrapper/wrap.mjs", import.meta.url));

/**
 * Starts an attempt under a wrapper that outlives this process. Can be repeated: of several wrappers in one folder, the
 * first runs the trainer and the others exit.
 *
 * @param secrets  variables that are passed to the trainer and not written to any file
 */
export async function submitLocal(
  folder: string,
  order: LaunchOrder,
  secrets: Readonly<Record<string, string>> = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, "launch.json"), JSON.stringify(order, null, 2));
  const wrapper = spawn(process.execPath, [WRAPPER, folder], {
    detached: true,
    stdio: "ignore",
    cwd: folder,
    env: { ...process.env, ...secrets },
  });
  wrapper.on("error", () => undefined); // the attempt is then never claimed
  wrapper.unref();
}

/** Observes an attempt. If another process has reused its pid, it counts as ended. */
export async function observeLocal(folder: string): Promise<AttemptSight> {
  // exit.json is read last: a trainer that ends in the meantime is reported alive once more, never as lost
  const wrapper = await readProcess(folder, "wrapper");
  const trainer = await readProcess(folder, "trainer");
  const isAlive = isSame(wrapper) || isSame(trainer);
  const aliveMs = await lastSeenMs(folder);
  return { isClaimed: wrapper !== undefined, isAlive, exit: await readExit(folder), aliveMs };
}

/** Last time at which the wrapper touched `trainer.json`; undefined if the trainer was not started. */
async function lastSeenMs(folder: string): Promise<number | undefined> {
  try {
    return (await stat(join(folder, "trainer.json"))).mtimeMs;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Sends a signal to the process group of the trainer; SIGKILL also to its descendants in groups of their own, which
 * torchrun makes. False if it is not running. Also works if the folder is no longer there.
 */
export async function signalLocal(folder: string, signal: NodeJS.Signals): Promise<boolean> {
  const trainer = (await readProcess(folder, "trainer")) ?? trainerWithoutFile(folder);
  if (trainer === undefined || !isSame(trainer)) return false;
  const others = signal === "SIGKILL" ? descendantsOf(trainer.pid) : [];
  try {
    process.kill(-trainer.pid, signal);
    for (const pid of others) killOne(pid);
    return true;
  } catch (error) {
    if (isSystemError(error, "ESRCH")) return false;
    throw error;
  }
}

/**
 * The trainer of an attempt whose folder was moved or removed: the child of its wrapper, which the arguments of the
 * wrapper name; or, if the wrapper was killed, the process with the mark that the wrapper set in its environment.
 * Undefined where the system has no /proc.
 */
function trainerWithoutFile(folder: string): AttemptProcess | undefined {
  const trainer = childOfWrapper(folder) ?? markedProcess(folder);
  return trainer === undefined ? undefined : { pid: trainer, started: processFacts(trainer)?.started ?? null };
}

function childOfWrapper(folder: string): number | undefined {
  const wrapper = pidsHere().find((pid) => {
    const words = partsOf(pid, "cmdline");
    return words.length === 3 && words[1] === WRAPPER && words[2] === folder;
  });
  if (wrapper === undefined) return undefined;
  const children = pidsHere().filter((pid) => processFacts(pid)?.parent === wrapper);
  // the other child is the shell that guards the log
  return children.find((pid) => !partsOf(pid, "cmdline").includes(WRAPPER));
}

/** The process with the mark of an attempt whose parent does not have it: its children inherit the mark. */
function markedProcess(folder: string): number | undefined {
  const marked = pidsHere().filter((pid) => partsOf(pid, "environ").includes(`TUNEWRIGHT_ATTEMPT=${folder}`));
  return marked.find((pid) => !marked.includes(processFacts(pid)?.parent ?? 0));
}

/** Arguments or environment of a process; none if it has ended, or belongs to another user. */
function partsOf(pid: number, file: "cmdline" | "environ"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Descendants of a process; none where the system has no /proc. */
function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of pidsHere()) {
    const parent = processFacts(pid)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const own = children.get(pid) ?? [];
    found.push(...own);
    open.push(...own);
  }
  return found;
}

function pidsHere(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}

function isSame(known: AttemptProcess | undefined): boolean {
  if (known === undefined || !isProcessAlive(known.pid)) return false;
  return known.started === null || (processFacts(known.pid)?.started ?? known.started) === known.started;
}
