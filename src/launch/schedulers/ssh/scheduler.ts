import * as z from "zod";

import { Failure } from "../../../base/failure.ts";
import type { SshTarget } from "../../../domain/training-target.ts";
import { runOverSsh } from "../../../remote/ssh-host.ts";
import { Exit } from "../attempt-files.ts";
import { NOT_CLAIMED, sightOrUnreachable } from "../contact.ts";
import type { AttemptSight, PlacedAttempt, Scheduler } from "../scheduler.ts";
import { rsyncStaging } from "../staging.ts";
import { sshSight } from "./states.ts";
import { lookCommand, signalCommand, startCommand } from "./submission.ts";

const LOOK_MS = 5_000;

/** Exit status of the wrapper if the trainer is not running. */
const NOT_RUNNING = 3;

const Look = z.object({
  isClaimed: z.boolean(),
  isAlive: z.boolean(),
  exit: Exit.nullable(),
  nowMs: z.number(),
  startedMs: z.number().nullable(),
  aliveMs: z.number().nullish(), // wrappers that were sent by earlier versions do not report it
});

/** A machine that is reached by SSH. Each attempt runs under a wrapper that outlives the connection. */
export function sshScheduler(target: SshTarget): Scheduler {
  const staging = rsyncStaging(target, target.folder);
  const wrapped = (attempt: PlacedAttempt, words: (python: string, own: string) => string[]): string[] =>
    words(attempt.spec.python ?? "python3", staging.placeOf(attempt, attempt.folder));
  return {
    lookMs: LOOK_MS,
    isHere: false,
    trackerUrl: target.tracker,
    check: () => check(target),
    submit: async (attempt, order, secrets) => {
      await staging.send(attempt, order);
      // on standard input, because arguments are visible in the list of processes, and a file would remain
      const { code, stderr } = await runOverSsh(target, wrapped(attempt, startCommand), {
        stdin: JSON.stringify(secrets),
      });
      if (code !== 0) throw new Failure("outside", `${target.host} could not start the attempt: ${stderr.trim()}`);
    },
    observe: (attempt) => sightOrUnreachable(() => observe(attempt)),
    signal: async (attempt, signal) => {
      const words = wrapped(attempt, (python, own) => signalCommand(python, own, signal));
      const { code, stderr } = await runOverSsh(target, words);
      if (code !== 0 && code !== NOT_RUNNING) throw new Failure("outside", `${target.host}: ${stderr.trim()}`);
      return code === 0;
    },
    collect: (attempt) => staging.bringAll(attempt),
  };

  async function observe(attempt: PlacedAttempt): Promise<AttemptSight> {
    const { code, stdout, stderr } = await runOverSsh(target, wrapped(attempt, lookCommand));
    if (code !== 0) {
      // the wrapper was never sent, or the configured Python does not exist
      if (/can't open file|No such file|not found/.test(stderr)) return NOT_CLAIMED;
      throw new Failure("outside", `${target.host}: ${stderr.trim().split("\n").at(-1)}`);
    }
    const sight = sshSight(Look.parse(JSON.parse(stdout)), Date.now());
    if (sight.isClaimed) await staging.bringNews(attempt);
    return sight;
  }
}

async function check(target: SshTarget): ReturnType<Scheduler["check"]> {
  const fix = `ssh ${target.host} 'rsync --version' must work without a prompt, and ${target.folder} must be writable`;
  try {
    const script = 'rsync --version | head -n 1 && mkdir -p "$1" && df -Pk "$1" | tail -n 1';
    const { code, stdout, stderr } = await runOverSsh(target, ["sh", "-c", script, "sh", target.folder]);
    const detail = (code === 0 ? stdout : stderr).trim().split("\n").join("; ");
    return [{ check: "ssh", ok: code === 0, detail, fix: code === 0 ? null : fix }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ check: "ssh", ok: false, detail: error.message, fix }];
  }
}
