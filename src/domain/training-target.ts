import * as z from "zod";

/** How a machine is reached by SSH, and where files go on it. */
const SSH_PLACE = {
  host: z
    .string()
    .regex(/^[\w[][\w.:\]-]*$/, "must be a host name, an address or an alias of your SSH configuration")
    .describe("Host name, address, or an alias of your SSH configuration"),
  port: z.int().min(1).max(65_535).optional().describe("Port; default: that of your SSH configuration"),
  user: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional()
    .describe("User; default: that of your SSH configuration"),
  configFile: z
    .string()
    .min(1)
    .optional()
    .describe("SSH configuration to read; default: that of the user of the supervisor"),
  folder: z
    .string()
    .regex(/^\/[\w./-]+$/, "must be an absolute path of letters, digits, ., _ and -")
    .describe("Folder on the host that jobs and their inputs are copied to"),
};

/** Both sides see the same folders. */
const SharedStaging = z.strictObject({
  by: z.literal("shared").describe("The target sees the job's folder, the dataset and the model under the same paths"),
});

/** Files are copied to a host and back. */
const RsyncStaging = z.strictObject({ by: z.literal("rsync").describe("Copies over SSH"), ...SSH_PLACE });

const LocalTargetShape = z.strictObject({ scheduler: z.literal("local") });

const SlurmTargetShape = z.strictObject({
  scheduler: z.literal("slurm"),
  staging: z
    .discriminatedUnion("by", [SharedStaging, RsyncStaging])
    .default({ by: "shared" })
    .describe("How files reach the cluster and return; with rsync, Slurm's commands run on that host too"),
  partition: z.string().min(1).optional().describe("Partition; default: that of the cluster"),
  account: z.string().min(1).optional().describe("Account that Slurm charges"),
  gres: z.string().min(1).optional().describe("Generic resources; default: gpu:N for `device: cuda`, with gpuCount"),
  cpusPerTask: z.int().min(1).optional().describe("CPU cores"),
  memoryGib: z.int().min(1).optional().describe("Host memory, GiB"),
  timeLimitMinutes: z.int().min(1).optional().describe("Time limit of one attempt; default: that of the partition"),
  options: z.array(z.string().startsWith("--")).default([]).describe("Further options of sbatch, as `--qos=low`"),
});

const SshTargetShape = z.strictObject({ scheduler: z.literal("ssh"), ...SSH_PLACE });

const SharedOnly = SharedStaging.default({ by: "shared" }).describe("How files reach the target and return");

const RayTargetShape = z.strictObject({
  scheduler: z.literal("ray"),
  staging: SharedOnly,
  address: z
    .url({ protocol: /^https?$/ })
    .default("http://127.0.0.1:8265")
    .describe("Address of the head node"),
  cpus: z.number().min(0).default(1).describe("CPU cores that Ray counts for an attempt"),
});

const KubernetesTargetShape = z.strictObject({
  scheduler: z.literal("kubernetes"),
  staging: SharedOnly,
  address: z
    .url({ protocol: /^https?$/ })
    .default("http://127.0.0.1:8001")
    .describe("Address of `kubectl proxy`, which needs no credentials"),
  namespace: z
    .string()
    .regex(/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/)
    .default("default")
    .describe("Namespace"),
  image: z.string().min(1).describe("Image with the training library; `python` of the run is a path in it"),
  runtime: z.string().min(1).default("torch-distributed").describe("ClusterTrainingRuntime of Kubeflow Trainer v2"),
  queue: z.string().min(1).optional().describe("LocalQueue of Kueue; default: none"),
  volume: z
    .strictObject({
      claim: z
        .string()
        .min(1)
        .describe("PersistentVolumeClaim that holds the programme folder, the state and the model"),
      mountPath: z.string().startsWith("/").describe("Path at which both sides see it"),
    })
    .describe("Volume that both sides see"),
  cpus: z.number().positive().default(4).describe("CPU cores of the pod"),
  memoryGib: z.number().positive().default(32).describe("Memory of the pod, GiB"),
});

const SkyTargetShape = z.strictObject({
  scheduler: z.literal("skypilot"),
  staging: SharedOnly,
  address: z
    .url({ protocol: /^https?$/ })
    .default("http://127.0.0.1:46580")
    .describe("Address of the API server"),
  resources: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("`resources` of a task of SkyPilot, as `{ accelerators: H100:1, use_spot: true }`"),
  volumes: z
    .record(z.string().startsWith("/"), z.string())
    .default({})
    .describe("`volumes` of a task: the folder with our files, under the same path on both sides"),
});

/** SkyPilot. */
export type SkyTarget = z.infer<typeof SkyTargetShape>;

/** A Ray cluster. */
export type RayTarget = z.infer<typeof RayTargetShape>;

/** A Kubernetes cluster with Kubeflow Trainer. */
export type KubernetesTarget = z.infer<typeof KubernetesTargetShape>;

/** A Slurm cluster. */
export type SlurmTarget = z.infer<typeof SlurmTargetShape>;

/** A machine that is reached by SSH; files go there and return by rsync. */
export type SshTarget = z.infer<typeof SshTargetShape>;

/** Where trainers run, and how it is reached. It holds no secret. */
export const TrainingTarget = z.discriminatedUnion("scheduler", [
  LocalTargetShape,
  SlurmTargetShape,
  SshTargetShape,
  RayTargetShape,
  KubernetesTargetShape,
  SkyTargetShape,
]);
export type TrainingTarget = z.infer<typeof TrainingTarget>;

/** The target that needs no file. */
export const LOCAL_TARGET: TrainingTarget = { scheduler: "local" };

/** Name of a target. */
export const TargetName = z
  .string()
  .regex(/^[a-z][\w-]{0,39}$/, "must start with a lower-case letter and hold letters, digits, - and _ only");

/** The targets of a programme folder: `targets.yaml`. */
export const TargetsFile = z.strictObject({
  version: z.literal(1),
  targets: z.record(TargetName, TrainingTarget).describe("Targets by name; `local` needs no entry"),
});
export type TargetsFile = z.infer<typeof TargetsFile>;
