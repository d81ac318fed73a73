import * as z from "zod";

/** SSH connection of a machine, and the folder for files on it. */
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
    .describe("User name; default: that of your SSH configuration"),
  configFile: z.string().min(1).optional().describe("SSH configuration file; default: that of the supervisor's user"),
  folder: z
    .string()
    .regex(/^\/[\w./-]+$/, "must be an absolute path of letters, digits, ., _ and -")
    .describe("Folder on the host for jobs and their inputs"),
};

/** Both sides share folders. */
const SharedStaging = z.strictObject({
  by: z
    .literal("shared")
    .describe("The target has the folder of the job, the dataset and the model under the same paths"),
});

/** Files are copied to a host and back. */
const RsyncStaging = z.strictObject({ by: z.literal("rsync").describe("Copies over SSH"), ...SSH_PLACE });

/** Files are copied through a bucket. */
const S3StagingShape = z.strictObject({
  by: z.literal("s3").describe("Copies through a bucket; the target gets signed addresses and no credentials"),
  location: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, "must be s3://BUCKET or s3://BUCKET/PREFIX")
    .describe("Bucket and prefix; server and keys as for the AWS tools, in the environment of the supervisor"),
  folder: z
    .string()
    .regex(/^\/[\w./-]+$/, "must be an absolute path of letters, digits, ., _ and -")
    .describe("Folder on the target, which is created"),
  modelPath: z
    .string()
    .startsWith("/")
    .optional()
    .describe("Path of the base model on the target; default: it is sent, in files of 2 GiB at most"),
});
/** Staging through a bucket. */
export type S3Staging = z.infer<typeof S3StagingShape>;

/** Address of the tracker, for targets that pass on secrets. */
const TRACKER = {
  tracker: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "Address of this server as the target reaches it: trainers log to it live, with a token of their run alone; default: the supervisor imports their metrics",
    ),
};

const LocalTargetShape = z.strictObject({ scheduler: z.literal("local") });

const SlurmTargetShape = z.strictObject({
  scheduler: z.literal("slurm"),
  staging: z
    .discriminatedUnion("by", [SharedStaging, RsyncStaging])
    .default({ by: "shared" })
    .describe("How files are transferred to the cluster and back; with rsync, Slurm's commands also run on that host"),
  partition: z.string().min(1).optional().describe("Partition; default: that of the cluster"),
  account: z.string().min(1).optional().describe("Account that Slurm charges"),
  gres: z.string().min(1).optional().describe("Generic resources; default: gpu:N for `device: cuda`, with gpuCount"),
  cpusPerTask: z.int().min(1).optional().describe("CPU cores"),
  memoryGib: z.int().min(1).optional().describe("Host memory, GiB"),
  timeLimitMinutes: z.int().min(1).optional().describe("Time limit of one attempt; default: that of the partition"),
  options: z.array(z.string().startsWith("--")).default([]).describe("Further options of sbatch, as `--qos=low`"),
  ...TRACKER,
});

const SshTargetShape = z.strictObject({ scheduler: z.literal("ssh"), ...SSH_PLACE, ...TRACKER });

const SharedOrS3 = z
  .discriminatedUnion("by", [SharedStaging, S3StagingShape])
  .default({ by: "shared" })
  .describe("How files are transferred to the target and back");

const RayTargetShape = z.strictObject({
  scheduler: z.literal("ray"),
  staging: SharedOrS3,
  address: z
    .url({ protocol: /^https?$/ })
    .default("http://127.0.0.1:8265")
    .describe("Address of the head node"),
  cpus: z.number().min(0).default(1).describe("CPU cores that Ray reserves for an attempt"),
});

const KubernetesTargetShape = z
  .strictObject({
    scheduler: z.literal("kubernetes"),
    staging: SharedOrS3,
    address: z
      .url({ protocol: /^https?$/ })
      .default("http://127.0.0.1:8001")
      .describe("Address of `kubectl proxy`, which needs no credentials"),
    namespace: z
      .string()
      .regex(/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/)
      .default("default")
      .describe("Namespace"),
    image: z.string().min(1).describe("Image with the training library; `python` of the run is a path inside it"),
    runtime: z.string().min(1).default("torch-distributed").describe("ClusterTrainingRuntime of Kubeflow Trainer v2"),
    queue: z.string().min(1).optional().describe("LocalQueue of Kueue; default: none"),
    volume: z
      .strictObject({
        claim: z.string().min(1).describe("PersistentVolumeClaim with the programme folder, the state and the model"),
        mountPath: z.string().startsWith("/").describe("Its mount path on both sides"),
      })
      .optional()
      .describe("Volume that both sides share; required unless files are staged through S3"),
    cpus: z.number().positive().default(4).describe("CPU cores of the pod"),
    memoryGib: z.number().positive().default(32).describe("Memory of the pod, GiB"),
  })
  .refine(({ staging, volume }) => staging.by === "s3" || volume !== undefined, {
    path: ["volume"],
    message: "is required unless files are staged through S3",
  });

const SkyTargetShape = z.strictObject({
  scheduler: z.literal("skypilot"),
  staging: SharedOrS3,
  address: z
    .url({ protocol: /^https?$/ })
    .default("http://127.0.0.1:46580")
    .describe("Address of the API server"),
  resources: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("`resources` of a SkyPilot task, such as `{ accelerators: H100:1, use_spot: true }`"),
  volumes: z
    .record(z.string().startsWith("/"), z.string())
    .default({})
    .describe("`volumes` of a task: the folder with our files, under the same path on both sides"),
});

const OpenaiTargetShape = z.strictObject({
  scheduler: z.literal("openai"),
  address: z
    .url({ protocol: /^https?$/ })
    .default("https://api.openai.com/v1")
    .describe("Address of an OpenAI-compatible fine-tuning API, with its version"),
  keyVariable: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, "must be the name of an environment variable")
    .default("OPENAI_API_KEY")
    .describe("Environment variable of the supervisor with the API key; the key itself is not stored"),
  hyperparameters: z
    .enum(["method", "top-level"])
    .default("method")
    .describe("Where a request has its hyperparameters: in `method`, or at the top level as older servers expect"),
  pollSec: z.number().min(0.1).max(3600).default(15).describe("Seconds between two polls of a job"),
});

/** A provider that does the training. */
export type OpenaiTarget = z.infer<typeof OpenaiTargetShape>;

/** SkyPilot. */
export type SkyTarget = z.infer<typeof SkyTargetShape>;

/** A Ray cluster. */
export type RayTarget = z.infer<typeof RayTargetShape>;

/** A Kubernetes cluster with Kubeflow Trainer. */
export type KubernetesTarget = z.infer<typeof KubernetesTargetShape>;

/** A Slurm cluster. */
export type SlurmTarget = z.infer<typeof SlurmTargetShape>;

/** A machine reached by SSH; files are copied there and back with rsync. */
export type SshTarget = z.infer<typeof SshTargetShape>;

/** A place where trainers run, with its access settings. Contains no secrets. */
export const TrainingTarget = z.discriminatedUnion("scheduler", [
  LocalTargetShape,
  SlurmTargetShape,
  SshTargetShape,
  RayTargetShape,
  KubernetesTargetShape,
  SkyTargetShape,
  OpenaiTargetShape,
]);
export type TrainingTarget = z.infer<typeof TrainingTarget>;

/** The target that requires no file: this machine. */
export const LOCAL_TARGET: TrainingTarget = { scheduler: "local" };

/** Name of a target. */
export const TargetName = z
  .string()
  .regex(/^[a-z][\w-]{0,39}$/, "must start with a lower-case letter and contain only letters, digits, - and _");

/** The targets of a programme folder: `targets.yaml`. */
export const TargetsFile = z.strictObject({
  version: z.literal(1),
  targets: z.record(TargetName, TrainingTarget).describe("Targets by name; `local` needs no entry"),
});
export type TargetsFile = z.infer<typeof TargetsFile>;
