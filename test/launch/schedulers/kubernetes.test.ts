import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { type KubernetesTarget, TrainingTarget } from "../../../src/domain/training-target.ts";
import { TrainingFile } from "../../../src/domain/training-job.ts";
import { kubernetesScheduler } from "../../../src/launch/schedulers/kubernetes/scheduler.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { type KubernetesServer, kubernetesServer } from "./kubernetes-server.ts";

let cluster: KubernetesServer;
let root: string;
let jobFolder: string;
beforeAll(async () => {
  cluster = await kubernetesServer();
  root = mkdtempSync(join(tmpdir(), "tunewright-kubernetes-"));
});
afterAll(() => {
  cluster.server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  cluster.jobs.clear();
  jobFolder = mkdtempSync(join(root, "job-"));
});

const target = (over: object = {}): KubernetesTarget => {
  const parsed = TrainingTarget.parse({
    scheduler: "kubernetes",
    address: cluster.url,
    image: "ghcr.io/acme/trl:1.16",
    volume: { claim: "tunewright", mountPath: "/data" },
    ...over,
  });
  if (parsed.scheduler !== "kubernetes") throw new Error("not Kubernetes");
  return parsed;
};

const spec = TrainingFile.parse({
  version: 1,
  name: "sft",
  model: "model",
  dataset: "frozen/train",
  maxSteps: 10,
  saveSteps: 5,
  gpuCount: 2,
  python: "/venv/bin/python",
});
const attempt = () => ({ id: "4f21ab90c3de-1", jobFolder, folder: join(jobFolder, "attempts", "1"), spec, inputs: [] });
const ORDER = { argv: ["true"], env: {}, cwd: "/" };

/** Output of the wrapper in the pod. */
function wrote(name: string, value: object): void {
  mkdirSync(attempt().folder, { recursive: true });
  writeFileSync(join(attempt().folder, name), JSON.stringify(value));
}

/** Status written by the controller. */
function status(conditions: readonly string[], active: number): void {
  const job = cluster.jobs.get("tw-4f21ab90c3de-1")!;
  job.status = {
    conditions: conditions.map((type) => ({ type, status: "True", reason: "Because", message: "as it was told" })),
    jobsStatus: [{ name: "node", active, ready: active, succeeded: 0, failed: 0, suspended: 0 }],
  };
}

const trainer = { pid: 7, started: "1", startedMs: 1000 };

describe("an attempt as a TrainJob, against a strict server made from the published CRD", () => {
  test("is taken by the schema, once", async () => {
    const scheduler = kubernetesScheduler(target({ queue: "gpus" }), {});
    expect(await scheduler.check()).toMatchObject([{ ok: true }]);
    await scheduler.submit(attempt(), ORDER, {});
    await scheduler.submit(attempt(), ORDER, {});
    const [job, ...more] = [...cluster.jobs.values()];
    expect(more).toEqual([]);
    expect(job!.metadata.labels).toMatchObject({ "kueue.x-k8s.io/queue-name": "gpus" });
    expect(job!.spec).toMatchObject({
      suspend: true,
      trainer: {
        command: ["/venv/bin/python", join(jobFolder, "attempts/1/attempt.py"), "run", join(jobFolder, "attempts/1")],
        resourcesPerNode: { limits: { "nvidia.com/gpu": "2", memory: "32Gi" } },
      },
    });
    // two GPUs exchange through shared memory, of which a pod has 64 MB
    const pod = job!.spec.runtimePatches![0]!.trainingRuntimeSpec.template.spec.replicatedJobs[0]!.template.spec;
    expect(pod.template.spec.containers![0]!.volumeMounts).toContainEqual({
      name: "shared-memory",
      mountPath: "/dev/shm",
    });
  });

  test("waits, is prepared, runs, and ends as its wrapper saw it", async () => {
    const scheduler = kubernetesScheduler(target(), {});
    expect(await scheduler.observe(attempt())).toMatchObject({ isClaimed: false });
    await scheduler.submit(attempt(), ORDER, {});
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: true, phase: "queued" });
    status([], 1);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: true, phase: "starting" });
    wrote("trainer.json", trainer);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: true, phase: undefined, startedMs: 1000 });
    wrote("exit.json", { code: 75, signal: null, error: null, endedMs: 9000 });
    status(["Complete"], 0);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: false, exit: { code: 75 } });
  });

  test("that Kueue suspends after its start is preempted: it is deleted when its pods are gone, and not before", async () => {
    const scheduler = kubernetesScheduler(target({ queue: "gpus" }), {});
    await scheduler.submit(attempt(), ORDER, {});
    status(["Suspended"], 0);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: true, phase: "queued" });
    wrote("trainer.json", trainer);
    status(["Suspended"], 1);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: true });
    expect(cluster.jobs.size).toBe(1);
    wrote("exit.json", { code: 75, signal: null, error: null, endedMs: 9000 });
    status(["Suspended"], 0);
    expect(await scheduler.observe(attempt())).toMatchObject({ isAlive: false, cut: "preempted", exit: { code: 75 } });
    expect(cluster.jobs.size).toBe(0);
  });

  test("whose image cannot be run failed by its configuration; one that vanished has lost its node", async () => {
    const scheduler = kubernetesScheduler(target(), {});
    await scheduler.submit(attempt(), ORDER, {});
    status(["Failed"], 0);
    expect((await scheduler.observe(attempt())).exit).toMatchObject({ code: null, error: "Because: as it was told" });
    wrote("trainer.json", trainer);
    cluster.jobs.clear();
    expect(await scheduler.observe(attempt())).toMatchObject({ isClaimed: true, isAlive: false, cut: "node-lost" });
  });

  test("is asked to stop by a file, and deleted where it is to be killed", async () => {
    const scheduler = kubernetesScheduler(target(), {});
    await scheduler.submit(attempt(), ORDER, {});
    wrote("trainer.json", trainer);
    expect(await scheduler.signal(attempt(), "SIGTERM")).toBe(true);
    expect(cluster.jobs.size).toBe(1);
    expect(await scheduler.signal(attempt(), "SIGKILL")).toBe(true);
    expect(cluster.jobs.size).toBe(0);
    expect(await scheduler.signal(attempt(), "SIGKILL")).toBe(false);
  });

  test("is unreachable where no API answers, and refused where the schema refuses it", async () => {
    const gone = kubernetesScheduler(target({ address: "http://127.0.0.1:9" }), {});
    expect(await gone.observe(attempt())).toMatchObject({ unreachable: expect.stringContaining("no Kubernetes API") });
    expect(await gone.check()).toMatchObject([{ ok: false }]);
    const scheduler = kubernetesScheduler(target({ cpus: 0.000_000_1 }), {});
    const failure = await catchFailureAsync(() => scheduler.submit(attempt(), ORDER, {}));
    expect(failure).toMatchObject({ kind: "outside", message: expect.stringContaining("422") });
    const open = kubernetesScheduler(target(), {});
    await expect(open.submit(attempt(), ORDER, { TOKEN: "x" })).rejects.toThrow("no secret");
  });
});
