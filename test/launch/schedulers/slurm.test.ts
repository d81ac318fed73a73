import { describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { TrainingTarget } from "../../../src/domain/training-target.ts";
import { slurmSight } from "../../../src/launch/schedulers/slurm/states.ts";
import { slurmScript } from "../../../src/launch/schedulers/slurm/submission.ts";
import { runCommand } from "../../../src/remote/run-command.ts";
import { slurmJob, slurmJobsNamed, submitToSlurm } from "../../../src/remote/slurm-jobs.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";

const spec = TrainingFile.parse({
  version: 1,
  name: "sft",
  model: "model",
  dataset: "frozen/train",
  maxSteps: 10,
  saveSteps: 5,
  gpuCount: 2,
});
const attempt = { id: "4f21ab90c3de-2", jobFolder: "/jobs/a b", folder: "/jobs/a b/attempts/2", spec, inputs: [] };

/** Commands of Slurm that answer as they were seen to answer. */
function answers(table: Readonly<Record<string, { stdout?: string; stderr?: string; code?: number }>>) {
  const asked: { argv: readonly string[]; env: Readonly<Record<string, string>> | undefined }[] = [];
  return {
    asked,
    run: (argv: readonly string[], input?: { env?: Readonly<Record<string, string>> }) => {
      asked.push({ argv, env: input?.env });
      const { stdout = "", stderr = "", code = 0 } = table[argv.find((word) => word in table) ?? ""] ?? {};
      return Promise.resolve({ code, stdout, stderr });
    },
  };
}

describe("an attempt on Slurm", () => {
  test("is a script that names it, never requeues itself, and ends with the wrapper as its batch process", () => {
    const target = TrainingTarget.parse({ scheduler: "slurm", partition: "gpu", timeLimitMinutes: 90 });
    const command = ["/venv/bin/python", "/jobs/a b/attempts/2/attempt.py"];
    if (target.scheduler !== "slurm") throw new Error("not Slurm");
    expect(slurmScript(attempt, { command, target, folder: attempt.folder })).toBe(`#!/bin/bash
#SBATCH --job-name=tw-4f21ab90c3de-2
#SBATCH --comment=tunewright:4f21ab90c3de-2
#SBATCH '--output=/jobs/a b/attempts/2/slurm.txt'
#SBATCH --open-mode=append
#SBATCH --no-requeue
#SBATCH --ntasks=1
#SBATCH --signal=B:TERM@120
#SBATCH --partition=gpu
#SBATCH --gres=gpu:2
#SBATCH --time=90
exec /venv/bin/python '/jobs/a b/attempts/2/attempt.py'
`);
  });

  test("is handed a secret by the environment of sbatch, and by no argument or script", async () => {
    const { run, asked } = answers({ sbatch: { stdout: "17\n" } });
    expect(await submitToSlurm("#!/bin/bash\n", { TOKEN: "s3cret" }, run)).toBe("17");
    expect(asked[0]!.argv).toEqual(["sbatch", "--parsable", "--export=HOME,PATH,USER,TOKEN"]);
    expect(asked[0]!.env).toMatchObject({ TOKEN: "s3cret" });
  });

  test("that Slurm refuses is a failure with its words", async () => {
    const stderr =
      "sbatch: error: invalid partition specified: gpu\nsbatch: error: Batch job submission failed: Invalid partition name specified\n";
    const failure = await catchFailureAsync(() => submitToSlurm("", {}, answers({ sbatch: { code: 1, stderr } }).run));
    expect(failure).toMatchObject({ kind: "outside", message: expect.stringContaining("Invalid partition name") });
  });

  test.each([
    // rows of sacct and squeue as Slurm 24.11.5 printed them
    {
      name: "waits",
      squeue: "PENDING|1795950000|N/A|Priority",
      sacct: "PENDING|Unknown|Unknown|0:0|None",
      phase: "queued",
    },
    {
      name: "runs",
      squeue: "RUNNING|1795950000|N/A|None",
      sacct: "RUNNING|1795950000|Unknown|0:0|None",
      phase: undefined,
    },
  ])("$name", async ({ squeue, sacct, phase }) => {
    const { run } = answers({ squeue: { stdout: `${squeue}\n` }, sacct: { stdout: `${sacct}\n` } });
    const job = await slurmJob("17", run);
    expect(slurmSight(job!, undefined, 0)).toMatchObject({ isAlive: true, phase, exit: undefined });
    expect(job!.startedMs).toBe(phase === undefined ? 1_795_950_000_000 : undefined);
  });

  test.each([
    { state: "PREEMPTED|10|40|0:0|None", seen: 75, sight: { cut: "preempted", exit: { code: 75 } } },
    { state: "TIMEOUT|10|40|0:0|None", seen: undefined, sight: { cut: "time-limit", exit: undefined } },
    { state: "OUT_OF_MEMORY|10|40|0:125|None", seen: undefined, sight: { cut: "host-memory" } },
    { state: "NODE_FAIL|10|40|0:0|None", seen: undefined, sight: { cut: "node-lost" } },
    { state: "CANCELLED by 1000|10|40|0:15|None", seen: undefined, sight: { cut: "cancelled" } },
    { state: "COMPLETED|10|40|0:0|None", seen: 75, sight: { cut: undefined, exit: { code: 75 } } },
    {
      state: "COMPLETED|10|40|0:0|None",
      seen: undefined,
      sight: { exit: { error: expect.stringContaining("before the attempt started") } },
    },
    { state: "FAILED|10|40|7:0|NonZeroExitCode", seen: undefined, sight: { exit: { code: 7, signal: null } } },
    { state: "FAILED|10|40|0:9|None", seen: undefined, sight: { exit: { code: null, signal: "signal 9" } } },
  ])("that ended as $state is told by what its wrapper saw: $seen", async ({ state, seen, sight }) => {
    const { run } = answers({
      squeue: { code: 1, stderr: "slurm_load_jobs error: Invalid job id specified" },
      sacct: { stdout: `${state}\n` },
    });
    const exit = seen === undefined ? undefined : { code: seen, signal: null, error: null, endedMs: 39_000 };
    const found = slurmSight((await slurmJob("17", run))!, exit, 0);
    expect(found).toMatchObject({ isClaimed: true, isAlive: false, startedMs: 10_000, endedMs: 40_000, ...sight });
  });

  test.each([
    { squeue: "slurmctld is in maintenance until 6 pm", sacct: "" },
    { squeue: "ERROR|||", sacct: "RUNNING|10|Unknown|0:0|None" },
    { squeue: "", sacct: "\u0000\ufffd|x" },
  ])("is not lost, and so not started again, where an answer is no state: $squeue", async ({ squeue, sacct }) => {
    const { run } = answers({ squeue: { stdout: `${squeue}\n` }, sacct: { stdout: `${sacct}\n` } });
    await expect(slurmJob("17", run)).rejects.toThrow("which is no state of a job");
  });

  longTest("is not waited for where a command hangs, even one that ignores SIGTERM", async () => {
    const script = "trap '' TERM; while true; do sleep 0.1; done";
    expect(await runCommand(["sh", "-c", script], { timeoutMs: 100 })).toMatchObject({ code: null });
  });

  test("is not lost where the controller does not answer", async () => {
    const stderr = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)";
    const { run } = answers({ squeue: { code: 1, stderr }, sacct: { code: 1, stderr } });
    await expect(slurmJob("17", run)).rejects.toThrow("Slurm cannot be reached");
    await expect(slurmJobsNamed("tw-x", run)).rejects.toThrow("Slurm cannot be reached");
  });
});
