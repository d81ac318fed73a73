/** Commands for training and sweeps; part of the registry, in a separate file because of its size. */
export const TRAIN_COMMANDS = [
  {
    path: ["train", "start"],
    summary: "check a training run, start it and supervise it",
    load: () => import("./commands/train-start.ts"),
  },
  {
    path: ["train", "preview"],
    summary: "show the first batch of a run with its loss mask",
    load: () => import("./commands/train-preview.ts"),
  },
  {
    path: ["train", "stages"],
    summary: "run training, gates and exports as one plan",
    load: () => import("./commands/train-stages.ts"),
  },
  {
    path: ["train", "show"],
    summary: "show one training job with its attempts",
    load: () => import("./commands/train-show.ts"),
  },
  {
    path: ["train", "list"],
    summary: "list training jobs with state and cost",
    load: () => import("./commands/train-list.ts"),
  },
  {
    path: ["train", "logs"],
    summary: "show the output of a job's trainer",
    load: () => import("./commands/train-logs.ts"),
  },
  {
    path: ["train", "approve"],
    summary: "approve the cost of a job that waits for it",
    load: () => import("./commands/train-approve.ts"),
  },
  {
    path: ["train", "stop"],
    summary: "stop a training job with a checkpoint",
    load: () => import("./commands/train-stop.ts"),
  },
  {
    path: ["train", "resume"],
    summary: "continue a training job that has ended",
    load: () => import("./commands/train-resume.ts"),
  },
  {
    path: ["train", "supervise"],
    summary: "supervise the jobs of this folder without a server",
    load: () => import("./commands/train-supervise.ts"),
  },
  {
    path: ["train", "measure"],
    summary: "write what finished runs measured, for plan calibrate",
    load: () => import("./commands/train-measure.ts"),
  },
  {
    path: ["train", "doctor"],
    summary: "check what training needs and how to install it",
    load: () => import("./commands/train-doctor.ts"),
  },
  {
    path: ["sweep", "start"],
    summary: "search for good settings of a training run",
    load: () => import("./commands/sweep-start.ts"),
  },
  {
    path: ["sweep", "show"],
    summary: "show one sweep with its trials, or list all sweeps",
    load: () => import("./commands/sweep-show.ts"),
  },
  {
    path: ["sweep", "approve"],
    summary: "approve the amount of a sweep that waits for it",
    load: () => import("./commands/sweep-approve.ts"),
  },
  {
    path: ["sweep", "stop"],
    summary: "stop a sweep with checkpoints",
    load: () => import("./commands/sweep-stop.ts"),
  },
  {
    path: ["sweep", "resume"],
    summary: "continue a stopped sweep",
    load: () => import("./commands/sweep-resume.ts"),
  },
  {
    path: ["sweep", "import"],
    summary: "translate a Weights & Biases sweep",
    load: () => import("./commands/sweep-import.ts"),
  },
];
