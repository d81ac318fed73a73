import { Failure } from "../base/failure.ts";
import { type CommandEnd, type CommandInput, runCommand } from "./run-command.ts";
import { Unreachable } from "./unreachable.ts";

/** A Slurm job in its current state. Times are in ms since 1970. */
export type SlurmJob = {
  id: string;
  /** State without its suffix, such as `CANCELLED` for `CANCELLED by 1000`. */
  state: string;
  reason: string;
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** Status and signal of the batch script; undefined if only the queue is known. */
  exit: { code: number; signal: number } | undefined;
};

/** Makes Slurm's commands print times as seconds since 1970. */
const IN_SECONDS = ["env", "SLURM_TIME_FORMAT=%s"];

/** Messages of the commands if the controller, not the job, is at fault. */
const NO_CONTACT =
  /Unable to contact|Connection refused|Connection timed out|Socket timed out|Zero Bytes|slurm_persist/i;

/** Runs Slurm's commands on this machine, or on one reached by SSH. */
export type SlurmCommands = (argv: readonly string[], input?: CommandInput) => Promise<CommandEnd>;

/**
 * Submits a script. Secrets are passed in the environment of `sbatch`, which forwards the named variables, and are
 * never written to a file.
 *
 * @returns the id of the job
 * @source sbatch(1) of Slurm 24.11: --parsable prints `jobid[;cluster]`, --export=NAME takes a variable of the caller
 * @throws Failure outside if Slurm refuses it
 */
export async function submitToSlurm(
  script: string,
  secrets: Readonly<Record<string, string>>,
  run: SlurmCommands = runCommand,
): Promise<string> {
  const names = ["HOME", "PATH", "USER", ...Object.keys(secrets)].join(",");
  const end = await run(["sbatch", "--parsable", `--export=${names}`], { stdin: script, env: secrets });
  const [, id] = /^(\d+)/.exec(end.stdout) ?? [];
  if (end.code === 0 && id !== undefined) return id;
  throw asFailure(end, "sbatch refused the job");
}

/** Ids of our jobs with a name, oldest first, including ended ones that Slurm still knows. */
export async function slurmJobsNamed(name: string, run: SlurmCommands = runCommand): Promise<string[]> {
  const queue = await run(["squeue", "--noheader", "--states=all", `--name=${name}`, "--format=%i"]);
  if (queue.code !== 0) throw asFailure(queue, "squeue failed");
  const ids = linesOf(queue.stdout);
  if (ids.length === 0) {
    const history = await run(["sacct", "-DXnP", `--name=${name}`, "--starttime=now-30days", "--format=JobID"]);
    if (history.code === 0) ids.push(...linesOf(history.stdout));
  }
  return ids.toSorted((a, b) => Number(a) - Number(b));
}

/**
 * One job: from the queue, or from the accounting if the controller no longer has it. Undefined if neither knows it.
 *
 * @source squeue(1), sacct(1) of Slurm 24.11; -D shows every run of a requeued job; the last one counts
 */
export async function slurmJob(id: string, run: SlurmCommands = runCommand): Promise<SlurmJob | undefined> {
  const history = await run([
    ...IN_SECONDS,
    "sacct",
    "-DXnP",
    `--jobs=${id}`,
    "--format=State,Start,End,ExitCode,Reason",
  ]);
  const [state = "", start, end, exit = "", reason = ""] = linesOf(history.stdout).at(-1)?.split("|") ?? [];
  const queue = await run([
    ...IN_SECONDS,
    "squeue",
    "--noheader",
    "--states=all",
    `--jobs=${id}`,
    "--format=%T|%S|%e|%r",
  ]);
  const [now, nowStart, nowEnd, nowReason] = linesOf(queue.stdout).at(-1)?.split("|") ?? [];
  if (queue.code !== 0 && !/Invalid job id/i.test(queue.stderr)) throw asFailure(queue, "squeue failed");
  for (const found of [state, now]) if (found !== undefined && found !== "") isEnded(found); // throws for no state
  // the controller is more up to date than the accounting, but the accounting knows more about an ended job
  if (now !== undefined && (state === "" || !isEnded(now))) {
    const startedMs = now === "PENDING" ? undefined : asMs(nowStart);
    const endedMs = isEnded(now) ? asMs(nowEnd) : undefined;
    return { id, state: now, reason: nowReason ?? "", startedMs, endedMs, exit: undefined };
  }
  if (state === "") return undefined;
  const [code, signal] = exit.split(":").map(Number);
  return {
    id,
    state: state.split(" ")[0]!,
    reason,
    startedMs: asMs(start),
    endedMs: asMs(end),
    exit: code === undefined || signal === undefined ? undefined : { code, signal },
  };
}

/** Cancels a job, or sends a signal to its batch script. */
export async function signalSlurm(
  id: string,
  signal: "SIGTERM" | undefined,
  run: SlurmCommands = runCommand,
): Promise<void> {
  const how = signal === undefined ? [] : ["--batch", `--signal=${signal.slice(3)}`];
  const end = await run(["scancel", ...how, id]);
  if (end.code !== 0 && !/Invalid job id|already completing|completed/i.test(end.stderr)) {
    throw asFailure(end, "scancel failed");
  }
}

/** States of a job that has not ended. @source squeue(1) of Slurm 24.11, job state codes */
const OPEN_STATE =
  /^(?:PENDING|CONFIGURING|RUNNING|COMPLETING|SUSPENDED|STAGE_OUT|RESIZING|SIGNALING|REQUEUE|STOPPED|RESV_DEL_HOLD|UPDATE_DB|POWER_UP_NODE)/;

/** Final states of a job, unless it is requeued. @source squeue(1) of Slurm 24.11, job state codes */
const FINAL_STATE =
  /^(?:BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|LAUNCH_FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|RECONFIG_FAIL|REVOKED|SPECIAL_EXIT|TIMEOUT)(?: by \d+)?\+?$/;

/**
 * Whether a job has ended in a state.
 *
 * @throws Unreachable if it is no state of Slurm: a job whose end is assumed would be started again
 */
export function isEnded(state: string): boolean {
  if (OPEN_STATE.test(state)) return false;
  if (FINAL_STATE.test(state)) return true;
  throw unreachable(`it answered "${state.slice(0, 80)}", which is no state of a job`);
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Converts seconds since 1970 to milliseconds; undefined for `Unknown`, `None` and `N/A`. */
function asMs(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function asFailure({ stderr, stdout, code }: CommandEnd, what: string): Failure {
  const said = (stderr.trim() || stdout.trim()).split("\n").at(-1)!;
  if (code === null) return unreachable("no answer within the time limit");
  if (NO_CONTACT.test(stderr)) return unreachable(said);
  return new Failure("outside", `${what}: ${said}`, {
    hint: "set partition, account and time limit of the target as your cluster requires; sinfo shows its partitions",
  });
}

function unreachable(said: string): Unreachable {
  return new Unreachable(`Slurm cannot be reached: ${said}`, { hint: "sinfo shows whether its controller answers" });
}
