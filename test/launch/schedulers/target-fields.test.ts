import { expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { TrainingTarget } from "../../../src/domain/training-target.ts";
import { trainJob } from "../../../src/launch/schedulers/kubernetes/submission.ts";
import { raySubmission } from "../../../src/launch/schedulers/ray/submission.ts";
import { skyTask } from "../../../src/launch/schedulers/skypilot/submission.ts";
import { slurmScript } from "../../../src/launch/schedulers/slurm/submission.ts";
import { sshOptions } from "../../../src/remote/ssh-host.ts";

const spec = TrainingFile.parse({ version: 1, name: "sft", model: "m", dataset: "d", maxSteps: 10, saveSteps: 5 });
const attempt = { id: "4f21-1", jobFolder: "/jobs/4f21", folder: "/jobs/4f21/attempts/1", spec, inputs: [] };
const VOLUME = { claim: "files", mountPath: "/data" };

/** The least that a target of each scheduler states. */
const LEAST: Readonly<Record<string, object>> = {
  slurm: {},
  ssh: { host: "gpu-1", folder: "/srv/tunewright" },
  ray: {},
  kubernetes: { image: "trl", volume: VOLUME },
  skypilot: {},
};

/** Request that a scheduler receives for a target. */
function sentTo(scheduler: string, fields: object): string {
  const target = TrainingTarget.parse({ scheduler, ...LEAST[scheduler], ...fields });
  const command = ["python3", "attempt.py"];
  switch (target.scheduler) {
    case "slurm":
      return slurmScript(attempt, { command, target, folder: attempt.folder });
    case "ray":
      return JSON.stringify(raySubmission(attempt, command, target));
    case "kubernetes":
      return JSON.stringify(trainJob(attempt, command, target));
    case "skypilot":
      return skyTask(attempt, command, target);
    case "ssh":
      return [...sshOptions(target), target.host].join(" ");
    default:
      throw new Error("a local target has no fields");
  }
}

test.each([
  ["slurm", { partition: "gpu" }, "#SBATCH --partition=gpu"],
  ["slurm", { account: "legal" }, "#SBATCH --account=legal"],
  ["slurm", { gres: "gpu:h100:2" }, "#SBATCH --gres=gpu:h100:2"],
  ["slurm", { cpusPerTask: 12 }, "#SBATCH --cpus-per-task=12"],
  ["slurm", { memoryGib: 64 }, "#SBATCH --mem=64G"],
  ["slurm", { timeLimitMinutes: 90 }, "#SBATCH --time=90"],
  ["slurm", { options: ["--qos=low"] }, "#SBATCH --qos=low"],
  ["ssh", { host: "gpu-2" }, "gpu-2"],
  ["ssh", { port: 2222 }, "-oPort=2222"],
  ["ssh", { user: "trainer" }, "-oUser=trainer"],
  ["ssh", { configFile: "/etc/ssh/gpu" }, "-F /etc/ssh/gpu"],
  ["ray", { cpus: 6 }, '"entrypoint_num_cpus":6'],
  ["kubernetes", { namespace: "legal" }, '"namespace":"legal"'],
  ["kubernetes", { image: "ghcr.io/acme/trl:1" }, '"image":"ghcr.io/acme/trl:1"'],
  ["kubernetes", { runtime: "own" }, '"runtimeRef":{"name":"own"}'],
  ["kubernetes", { queue: "gpus" }, '"kueue.x-k8s.io/queue-name":"gpus"'],
  ["kubernetes", { volume: { ...VOLUME, claim: "other" } }, '"claimName":"other"'],
  ["kubernetes", { volume: { ...VOLUME, mountPath: "/mnt" } }, '"mountPath":"/mnt"'],
  ["kubernetes", { cpus: 6 }, '"cpu":"6"'],
  ["kubernetes", { memoryGib: 48 }, '"memory":"48Gi"'],
  ["skypilot", { resources: { accelerators: "H100:1" } }, "accelerators: H100:1"],
  ["skypilot", { volumes: { "/data": "files" } }, "/data: files"],
])("a target of %s with %o sends %s", (scheduler, fields, sent) => {
  expect(sentTo(scheduler, fields)).toContain(sent);
  expect(sentTo(scheduler, {})).not.toContain(sent);
});

test.each([
  [{ scheduler: "kubernetes", image: "trl" }, "is required unless files are staged through S3"],
  [{ scheduler: "ray", staging: { by: "s3", location: "bucket/x", folder: "/x" } }, "must be s3://BUCKET"],
  [{ scheduler: "ray", staging: { by: "s3", location: "s3://bucket", folder: "x" } }, "must be an absolute path"],
  [{ scheduler: "ssh", host: "-oProxyCommand=x", folder: "/x" }, "must be a host name"],
])("the target %o is refused: %s", (target, message) => {
  expect(TrainingTarget.safeParse(target).error?.message).toContain(message);
});
