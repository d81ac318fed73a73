import type { KubernetesTarget } from "../../../domain/training-target.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/** Time that a pod gets to terminate, in addition to the grace period of the run, seconds. */
const SPARE_SEC = 30;

/** Container and replicated job of the trainer in every runtime of Kubeflow Trainer. */
const NODE = "node";

/** Name of the TrainJob of an attempt. A second TrainJob with this name is rejected. */
export function trainJobName({ id }: Pick<PlacedAttempt, "id">): string {
  return `tw-${id}`;
}

/**
 * The TrainJob of an attempt: one node that runs our wrapper. With a queue it starts suspended, and Kueue resumes it.
 *
 * @source Kubeflow Trainer v2.3 (8c0f505), CRD trainjobs.trainer.kubeflow.org v1alpha1; Kueue: the label queue-name
 */
export function trainJob(attempt: PlacedAttempt, command: readonly string[], target: KubernetesTarget): object {
  const { spec } = attempt;
  const { volume, queue, image, runtime } = target;
  const gpus = spec.device === "cuda" ? { "nvidia.com/gpu": String(spec.gpuCount) } : {};
  const resources = { cpu: String(target.cpus), memory: `${target.memoryGib}Gi`, ...gpus };
  return {
    apiVersion: "trainer.kubeflow.org/v1alpha1",
    kind: "TrainJob",
    metadata: {
      name: trainJobName(attempt),
      namespace: target.namespace,
      labels: {
        "app.kubernetes.io/managed-by": "tunewright",
        ...(queue === undefined ? {} : { "kueue.x-k8s.io/queue-name": queue }),
      },
    },
    spec: {
      runtimeRef: { name: runtime },
      suspend: queue !== undefined,
      trainer: {
        image,
        command,
        numNodes: 1,
        numProcPerNode: 1,
        resourcesPerNode: { requests: resources, limits: resources },
      },
      runtimePatches: [
        {
          manager: "tunewright.dev/launch",
          trainingRuntimeSpec: { template: { spec: { replicatedJobs: [patchedJob(spec, volume)] } } },
        },
      ],
    },
  };
}

/** Shared memory of a pod with GPUs: processes on several GPUs exchange through it, and 64 MB by default end NCCL. */
const SHARED_MEMORY = { name: "shared-memory", emptyDir: { medium: "Memory" } };

/** Settings that a runtime does not have: the volume with our files, shared memory, and time to save a checkpoint. */
function patchedJob({ graceSec, device }: PlacedAttempt["spec"], volume: KubernetesTarget["volume"]): object {
  const name = "tunewright";
  const places = [
    ...(volume === undefined
      ? []
      : [{ volume: { name, persistentVolumeClaim: { claimName: volume.claim } }, mountPath: volume.mountPath }]),
    ...(device === "cuda" ? [{ volume: SHARED_MEMORY, mountPath: "/dev/shm" }] : []),
  ];
  const podSpec = {
    terminationGracePeriodSeconds: Math.ceil(graceSec) + SPARE_SEC,
    ...(places.length === 0
      ? {}
      : {
          volumes: places.map((place) => place.volume),
          containers: [
            {
              name: NODE,
              volumeMounts: places.map((place) => ({ name: place.volume.name, mountPath: place.mountPath })),
            },
          ],
        }),
  };
  return { name: NODE, template: { spec: { template: { spec: podSpec } } } };
}
