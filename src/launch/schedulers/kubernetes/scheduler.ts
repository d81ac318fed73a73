import * as z from "zod";

import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { KubernetesTarget } from "../../../domain/training-target.ts";
import { kubernetesObjects } from "../../../remote/kubernetes-objects.ts";
import { readExit, readProcess } from "../attempt-files.ts";
import { refuseSecrets, sightOrUnreachable } from "../contact.ts";
import type { Scheduler } from "../scheduler.ts";
import { stagingOf } from "../s3-staging.ts";
import { trainJobSight, TrainJobStatus } from "./states.ts";
import { trainJob, trainJobName } from "./submission.ts";

const LOOK_MS = 5_000;

/** Kubernetes with Kubeflow Trainer v2, and Kueue if a queue is named: one TrainJob per attempt. */
export function kubernetesScheduler(target: KubernetesTarget, env: Context["env"]): Scheduler {
  const path = `/apis/trainer.kubeflow.org/v1alpha1/namespaces/${target.namespace}/trainjobs`;
  const jobs = kubernetesObjects(target.address, path);
  const staging = stagingOf(target.staging, env);
  return {
    lookMs: LOOK_MS,
    isHere: false,
    check: () => check(target),
    submit: async (attempt, order, secrets) => {
      refuseSecrets(secrets, "everyone who can read a TrainJob sees its environment");
      await jobs.create(trainJob(attempt, await staging.send(attempt, order), target));
    },
    observe: (attempt) =>
      sightOrUnreachable(async () => {
        const found = await jobs.get(trainJobName(attempt));
        const status =
          found === undefined ? undefined : z.object({ status: TrainJobStatus.prefault({}) }).parse(found).status;
        await staging.bringNews(attempt);
        const startedMs = (await readProcess(attempt.folder, "trainer"))?.startedMs;
        const seen = { startedMs, exit: await readExit(attempt.folder) };
        const { sight, isToDelete } = trainJobSight(status, seen, Date.now());
        if (isToDelete) await jobs.remove(trainJobName(attempt));
        return sight;
      }),
    // deleting a pod would also send SIGTERM, but the pod would be gone before the next poll, so the wrapper is asked
    // through a file
    signal: async (attempt, signal) => {
      const isRunning = (await readProcess(attempt.folder, "trainer")) !== undefined;
      if (signal === "SIGKILL" || !isRunning) return jobs.remove(trainJobName(attempt));
      await staging.askStop(attempt);
      return true;
    },
    collect: (attempt) => staging.bringAll(attempt),
  };
}

async function check({ address, namespace, runtime }: KubernetesTarget): ReturnType<Scheduler["check"]> {
  const fix = "kubectl proxy must run, with Kubeflow Trainer v2 installed: kubectl get clustertrainingruntimes";
  try {
    const runtimes = kubernetesObjects(address, "/apis/trainer.kubeflow.org/v1alpha1/clustertrainingruntimes");
    const isKnown = (await runtimes.get(runtime)) !== undefined;
    const detail = isKnown
      ? `runtime ${runtime}, namespace ${namespace}`
      : `there is no ClusterTrainingRuntime ${runtime}`;
    return [{ check: "kubernetes", ok: isKnown, detail, fix: isKnown ? null : fix }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ check: "kubernetes", ok: false, detail: error.message, fix }];
  }
}
