import { expect, test } from "vitest";

import { type AttemptEnd, decide, type JobAction, type JobFacts, judgeEnd } from "../../src/launch/supervise/decide.ts";

const START_MS = 1_000_000;

type Attempt = NonNullable<JobFacts["attempt"]>;

/** A second attempt that is alive, one second old, at a finite step. */
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  number: 2,
  startedMs: START_MS,
  isClaimed: true,
  isAlive: true,
  exit: undefined,
  progress: { step: 10, isFinite: true },
  silentMs: 500,
  hasExploded: false,
  isEnded: false,
  ...over,
});

const facts = (over: Partial<JobFacts> = {}): JobFacts => ({
  nowMs: START_MS + 1000,
  maxAttempts: 3,
  interruptions: 1,
  isPaused: false,
  stallMs: 60_000,
  graceMs: 30_000,
  stop: undefined,
  limit: undefined,
  isAwaitingApproval: false,
  notBeforeMs: 0,
  attempt: attempt(),
  ...over,
});

const stopped = (reason: NonNullable<JobFacts["stop"]>["reason"], agoMs: number): Partial<JobFacts> => ({
  stop: { reason, askedMs: START_MS + 1000 - agoMs },
});

test.each<[string, Partial<JobFacts>, JobAction]>([
  ["a healthy attempt is waited for", {}, { do: "wait" }],
  ["a job without an attempt is launched", { attempt: undefined }, { do: "launch", attempt: 1 }],
  [
    "an attempt that cannot be seen is waited for, whatever is due: nothing is stopped, judged or started again",
    {
      attempt: attempt({ isClaimed: false, isAlive: false, unreachable: "no answer" }),
      ...stopped("user", 60_000),
      limit: { reason: "over-budget", detail: "" },
      nowMs: START_MS + 10_000_000,
    },
    { do: "wait-unseen", reason: "no answer" },
  ],
  [
    "one that waits for a machine is not stuck",
    { attempt: attempt({ phase: "queued", progress: undefined, silentMs: 10_000_000 }) },
    { do: "wait" },
  ],
  [
    "a machine that is prepared is paid for: its cap acts",
    {
      attempt: attempt({ phase: "starting", progress: undefined }),
      limit: { reason: "over-budget", detail: "" },
    },
    { do: "ask-stop", reason: "over-budget" },
  ],
  [
    "and so does its time limit",
    { attempt: attempt({ phase: "starting", progress: undefined }), limit: { reason: "over-time", detail: "" } },
    { do: "ask-stop", reason: "over-time" },
  ],
  [
    "a machine that is prepared for long is not stuck",
    { attempt: attempt({ phase: "starting", progress: undefined, silentMs: 10_000_000 }) },
    { do: "wait" },
  ],
  [
    "one that waits in a queue is not paid for, so that no limit acts",
    { attempt: attempt({ phase: "queued", progress: undefined }), limit: { reason: "over-time", detail: "" } },
    { do: "wait" },
  ],
  [
    "one that waits for a machine leaves its queue when it has to move to meet its deadline",
    { attempt: attempt({ phase: "queued", progress: undefined }), isMoveDue: true },
    { do: "ask-stop", reason: "move" },
  ],
  ["one that runs does not", { isMoveDue: true }, { do: "wait" }],
  ["the next one starts elsewhere", { attempt: attempt({ isEnded: true }), isMoveDue: true }, { do: "move" }],
  [
    "after an attempt that ended the next one is",
    { attempt: attempt({ isEnded: true }) },
    { do: "launch", attempt: 3 },
  ],
  [
    "after the last one the job ends",
    { attempt: attempt({ number: 5, isEnded: true }), interruptions: 3 },
    { do: "end", state: "failed-infra", reason: "interrupted 3 times, the limit in its training file" },
  ],
  [
    "a stop by the user before the next one ends the job",
    { attempt: attempt({ isEnded: true }), ...stopped("user", 0) },
    { do: "end", state: "stopped", reason: "stopped by request" },
  ],
  [
    "so does one by its sweep",
    { attempt: attempt({ isEnded: true }), ...stopped("sweep", 0) },
    { do: "end", state: "stopped", reason: "stopped by its sweep: other trials were better at the same step" },
  ],
  [
    "and one at the cap of its sweep, which starts nothing more",
    { attempt: attempt({ isEnded: true }), ...stopped("over-budget", 0) },
    { do: "end", state: "over-budget", reason: "stopped before its cap" },
  ],
  [
    "also before the first attempt",
    { attempt: undefined, ...stopped("over-budget", 0) },
    { do: "end", state: "over-budget", reason: "stopped before its cap" },
  ],
  [
    "and of a job that waits to be promoted, so that its sweep ends",
    { attempt: attempt({ isEnded: true }), isPaused: true, ...stopped("over-budget", 0) },
    { do: "end", state: "over-budget", reason: "stopped before its cap" },
  ],
  ["a job that waits to be promoted rests", { attempt: attempt({ isEnded: true }), isPaused: true }, { do: "rest" }],
  [
    "no next one is launched past the cap",
    { attempt: attempt({ isEnded: true }), limit: { reason: "over-budget", detail: "" } },
    { do: "end", state: "over-budget", reason: "its cap was reached" },
  ],
  [
    "or past the time limit",
    { attempt: attempt({ isEnded: true }), limit: { reason: "over-time", detail: "" } },
    { do: "end", state: "over-time", reason: "its time limit was reached" },
  ],
  [
    "or before the back-off of the last one has passed",
    { attempt: attempt({ isEnded: true }), notBeforeMs: START_MS + 1001 },
    { do: "wait" },
  ],
  [
    "but from then on",
    { attempt: attempt({ isEnded: true }), notBeforeMs: START_MS + 1000 },
    { do: "launch", attempt: 3 },
  ],
  ["a wrapper has ten seconds to take its attempt", { attempt: attempt({ isClaimed: false }) }, { do: "wait" }],
  [
    "and is started again after them",
    { attempt: attempt({ isClaimed: false, silentMs: 10_001 }) },
    { do: "launch", attempt: 2 },
  ],
  [
    "but not after a request to stop",
    { attempt: attempt({ isClaimed: false, silentMs: 10_001 }), ...stopped("user", 10_001) },
    { do: "wait" },
  ],
  [
    "counted by what supervisors saw: after an hour without one it has ten seconds more",
    { attempt: attempt({ isClaimed: false, silentMs: 0 }), nowMs: START_MS + 3_600_000 },
    { do: "wait" },
  ],
  [
    "and given up after two minutes",
    { attempt: attempt({ isClaimed: false, silentMs: 120_001 }) },
    { do: "end", state: "failed-infra", reason: "its process could not be started" },
  ],
  [
    "with what its scheduler said",
    { attempt: attempt({ isClaimed: false, silentMs: 120_001, refusal: "sbatch refused the job: no partition x" }) },
    {
      do: "end",
      state: "failed-infra",
      reason: "its process could not be started: sbatch refused the job: no partition x",
    },
  ],
  [
    "as stopped if that was asked for meanwhile",
    { attempt: attempt({ isClaimed: false, silentMs: 120_001 }), ...stopped("user", 10_001) },
    { do: "end", state: "stopped", reason: "stopped by request" },
  ],
  [
    "or as over budget",
    { attempt: attempt({ isClaimed: false, silentMs: 120_001 }), ...stopped("over-budget", 10_001) },
    { do: "end", state: "over-budget", reason: "stopped before its cap" },
  ],
  ["an attempt that is dead is settled", { attempt: attempt({ isAlive: false }) }, { do: "settle" }],
  ["a stop by the user is asked for first", stopped("user", 30_000), { do: "signal", signal: "SIGTERM" }],
  ["and forced after the grace period", stopped("user", 30_001), { do: "signal", signal: "SIGKILL" }],
  ["so is one by a sweep", stopped("sweep", 0), { do: "signal", signal: "SIGTERM" }],
  ["so is one at the cap", stopped("over-budget", 0), { do: "signal", signal: "SIGTERM" }],
  ["a loss that is not finite has no grace", stopped("diverged", 0), { do: "signal", signal: "SIGKILL" }],
  ["nor has an attempt that hangs", stopped("stalled", 0), { do: "signal", signal: "SIGKILL" }],
  [
    "a loss that is not finite stops the job",
    { attempt: attempt({ progress: { step: 10, isFinite: false } }) },
    { do: "ask-stop", reason: "diverged" },
  ],
  ["so does the cap", { limit: { reason: "over-budget", detail: "" } }, { do: "ask-stop", reason: "over-budget" }],
  ["a step within the limit is none too late", { attempt: attempt({ silentMs: 60_000 }) }, { do: "wait" }],
  ["no step for longer is a stall", { attempt: attempt({ silentMs: 60_001 }) }, { do: "ask-stop", reason: "stalled" }],
  [
    "the first step has 10 minutes, from the start",
    { attempt: attempt({ progress: undefined, silentMs: 600_000 }) },
    { do: "wait" },
  ],
  [
    "and no longer",
    { attempt: attempt({ progress: undefined, silentMs: 600_001 }) },
    { do: "ask-stop", reason: "stalled" },
  ],
])("%s", (_name, over, action) => {
  expect(decide(facts(over))).toEqual(action);
});

const exit = (code: number | null, over: { signal?: string; error?: string } = {}): AttemptEnd["exit"] =>
  ({ code, signal: null, error: null, ...over }) as AttemptEnd["exit"];

const END: AttemptEnd = {
  exit: exit(1),
  stop: undefined,
  unverified: "no trainer_state.json",
  isFinite: true,
  hasExploded: false,
  isAtPause: false,
  logTail: "epoch 1\nValueError: bad\n\n",
};

test.each<[string, Partial<AttemptEnd>, string, RegExp]>([
  ["a verified model is done, whatever the trainer's exit", { unverified: undefined }, "done-verified", /^null$/],
  ["also where the user stopped it", { unverified: undefined, stop: "user" }, "done-verified", /^null$/],
  ["a loss that is not finite is not", { unverified: undefined, isFinite: false }, "diverged", /not finite/],
  [
    "a launcher that a budget stopped names it",
    { exit: exit(78), logTail: "step 4\ntunewright: stops: the budget of the programme\nsaved\n" },
    "over-budget",
    /^the budget of the programme$/,
  ],
  ["nor where the launcher says so", { exit: exit(76) }, "diverged", /not finite/],
  ["nor where it was stopped for that", { stop: "diverged" }, "diverged", /not finite/],
  ["a loss that rose far has its own reason", { stop: "diverged", hasExploded: true }, "diverged", /rose far above/],
  ["but not where it was not finite in the end", { hasExploded: true, isFinite: false }, "diverged", /not finite/],
  ["or the launcher says so", { hasExploded: true, exit: exit(76) }, "diverged", /not finite/],
  [
    "a checkpoint at its pause that the user called off",
    { isAtPause: true, exit: exit(75), stop: "user" },
    "stopped",
    /request/,
  ],
  ["a stop by the user", { stop: "user" }, "stopped", /by request/],
  ["a stop by its sweep", { stop: "sweep" }, "stopped", /by its sweep/],
  ["a checkpoint at its pause", { isAtPause: true, exit: exit(75) }, "paused", /^null$/],
  ["a failure there is none", { isAtPause: true }, "failed-code", /status 1/],
  ["a stop at the cap", { stop: "over-budget" }, "over-budget", /before its cap/],
  ["a stall goes on", { stop: "stalled" }, "interrupted", /no progress/],
  ["an end that nobody saw goes on", { exit: undefined }, "interrupted", /unknown exit status/],
  ["a program that could not start", { exit: exit(null, { error: "ENOENT" }) }, "failed-config", /ENOENT/],
  ["out of memory, by the log", { logTail: "torch.OutOfMemoryError: CUDA" }, "failed-oom", /GPU memory/],
  ["a signal of others goes on", { exit: exit(null, { signal: "SIGKILL" }) }, "interrupted", /SIGKILL/],
  ["exit 0 without a model proves nothing", { exit: exit(0) }, "done-unverified", /no trainer_state/],
  ["a checkpoint on SIGTERM goes on", { exit: exit(75) }, "interrupted", /status 75/],
  ["so does 143", { exit: exit(143) }, "interrupted", /status 143/],
  ["and 137", { exit: exit(137) }, "interrupted", /status 137/],
  ["exit 2 is a mistake in the file", { exit: exit(2) }, "failed-config", /status 2: ValueError: bad/],
  ["its machine was taken", { cut: "preempted", exit: exit(75) }, "preempted", /another job/],
  ["and nobody saw the trainer end", { cut: "preempted", exit: undefined }, "preempted", /another job/],
  ["but a trainer that failed before has failed", { cut: "cancelled" }, "failed-code", /status 1/],
  ["a time limit goes on", { cut: "time-limit", exit: exit(0) }, "interrupted", /time limit/],
  ["host memory does not", { cut: "host-memory", exit: undefined }, "failed-oom", /host memory/],
  ["any other is one in the code, with its last line", {}, "failed-code", /status 1: ValueError: bad/],
  ["which may be missing", { logTail: "\n" }, "failed-code", /no output/],
])("an end: %s", (_name, over, ...[state, reason]) => {
  const outcome = judgeEnd({ ...END, ...over });
  expect(outcome.state).toBe(state);
  expect(String(outcome.reason)).toMatch(reason);
});
