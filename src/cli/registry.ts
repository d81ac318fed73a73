import type { CommandDefinition } from "./command.ts";
import { MONEY_COMMANDS } from "./money-registry.ts";
import { TRAIN_COMMANDS } from "./train-registry.ts";
import { EVAL_COMMANDS } from "./eval-registry.ts";
import { WATCH_COMMANDS } from "./watch-registry.ts";

/** The data about a command that the top-level help needs. Its module is not imported until it is called. */
export type Registered = {
  /** Words after `tunewright`. */
  path: readonly string[];
  summary: string;
  load: () => Promise<{ default: CommandDefinition }>;
};

/** Summaries of the groups, in help order. */
export const GROUPS: Readonly<Record<string, string>> = {
  plan: "estimate memory, time, cost, method and budget before anything is bought",
  prices: "the dated price book of GPUs and APIs",
  models: "shapes of open-weights models",
  gpus: "GPUs with their specified and measured rates",
  data: "check and prepare dataset files",
  budget: "caps, and their remaining amounts",
  ledger: "the cost ledger: entries, bills, verification",
  train: "training runs on an existing library, supervised and verified",
  sweep: "search for good settings of a training run, within a budget",
  runs: "training runs logged to the server",
  eval: "evaluate models on frozen sets, compare them, and gate releases",
  watch: "production traffic: drift alarms, hard cases, the maintenance of a quarter",
  comply: "duties that apply, their evidence and their papers",
};

/** All commands. Each file in `commands/` is listed here once, which a test checks. */
export const COMMANDS: readonly Registered[] = [
  {
    path: ["init"],
    summary: "write a commented programme to start from",
    load: () => import("./commands/init.ts"),
  },
  {
    path: ["feasibility"],
    summary: "study a programme: cost, method, fleet, payback, duties, verdict",
    load: () => import("./commands/feasibility.ts"),
  },
  {
    path: ["status"],
    summary: "show the state of a programme and the next step",
    load: () => import("./commands/status.ts"),
  },
  {
    path: ["audit"],
    summary: "find the ten cost mistakes in a programme, with evidence and a price",
    load: () => import("./commands/audit.ts"),
  },
  {
    path: ["audit", "import"],
    summary: "draft a programme from configurations, runs, results and bills",
    load: () => import("./commands/audit-import.ts"),
  },
  {
    path: ["gc"],
    summary: "remove unused artefacts of data runs",
    load: () => import("./commands/gc.ts"),
  },
  {
    path: ["serve"],
    summary: "start the server: MLflow's API for trainers, REST, web pages",
    load: () => import("./commands/serve.ts"),
  },
  {
    path: ["accounts"],
    summary: "manage the server's accounts and their roles",
    load: () => import("./commands/accounts.ts"),
  },
  {
    path: ["backup"],
    summary: "copy database and artifacts of the server into a folder",
    load: () => import("./commands/backup.ts"),
  },
  {
    path: ["restore"],
    summary: "restore a backup",
    load: () => import("./commands/restore.ts"),
  },
  {
    path: ["loadtest"],
    summary: "load test of an OpenAI-compatible endpoint: latency, goodput, capacity",
    load: () => import("./commands/loadtest.ts"),
  },
  {
    path: ["plan", "memory"],
    summary: "estimate the peak memory of one GPU, line by line",
    load: () => import("./commands/plan-memory.ts"),
  },
  {
    path: ["plan", "time"],
    summary: "estimate speed, hours and GPU-hours of one run",
    load: () => import("./commands/plan-time.ts"),
  },
  {
    path: ["plan", "cost"],
    summary: "cost of a programme line by line, payback, a quoted budget reconciled",
    load: () => import("./commands/plan-cost.ts"),
  },
  {
    path: ["plan", "fleet"],
    summary: "search GPUs and counts for a run, cheapest first",
    load: () => import("./commands/plan-fleet.ts"),
  },
  {
    path: ["plan", "method"],
    summary: "advise whether to fine-tune, and rank the methods with reasons",
    load: () => import("./commands/plan-method.ts"),
  },
  {
    path: ["plan", "budget"],
    summary: "write the approved budget of a programme",
    load: () => import("./commands/plan-budget.ts"),
  },
  {
    path: ["plan", "check"],
    summary: "compare the estimates with measured runs",
    load: () => import("./commands/plan-check.ts"),
  },
  {
    path: ["plan", "serve"],
    summary: "plan serving: latency, capacity at an SLO, replicas, cost per million tokens",
    load: () => import("./commands/plan-serve.ts"),
  },
  {
    path: ["plan", "compare"],
    summary: "compare APIs, hosts and your own GPUs on the same traffic: cost, break-even, conditions",
    load: () => import("./commands/plan-compare.ts"),
  },
  {
    path: ["plan", "payback"],
    summary: "estimate when a programme pays back",
    load: () => import("./commands/plan-payback.ts"),
  },
  {
    path: ["plan", "traffic"],
    summary: "read a month of traffic from a usage export",
    load: () => import("./commands/plan-traffic.ts"),
  },
  {
    path: ["plan", "calibrate"],
    summary: "correct the estimates with your own measured runs",
    load: () => import("./commands/plan-calibrate.ts"),
  },
  {
    path: ["plan", "trace"],
    summary: "trace the peak memory of a real step in your own Python",
    load: () => import("./commands/plan-trace.ts"),
  },
  {
    path: ["prices", "list"],
    summary: "list prices in force on a day, per hour and per million trained tokens",
    load: () => import("./commands/prices-list.ts"),
  },
  {
    path: ["prices", "show"],
    summary: "show every price of a GPU or an API model with its source",
    load: () => import("./commands/prices-show.ts"),
  },
  {
    path: ["prices", "import"],
    summary: "read a price list into prices.csv",
    load: () => import("./commands/prices-import.ts"),
  },
  {
    path: ["prices", "check"],
    summary: "check a price list against the guards",
    load: () => import("./commands/prices-check.ts"),
  },
  { path: ["models", "list"], summary: "list model shapes", load: () => import("./commands/models-list.ts") },
  {
    path: ["models", "show"],
    summary: "show one model's shape and parameters",
    load: () => import("./commands/models-show.ts"),
  },
  {
    path: ["models", "import"],
    summary: "read a model's shape from its config.json",
    load: () => import("./commands/models-import.ts"),
  },
  { path: ["gpus", "list"], summary: "list GPUs", load: () => import("./commands/gpus-list.ts") },
  { path: ["gpus", "show"], summary: "show one GPU", load: () => import("./commands/gpus-show.ts") },
  {
    path: ["data", "inspect"],
    summary: "scan dataset files: format, duplicates, broken rows, tokens and lengths",
    load: () => import("./commands/data-inspect.ts"),
  },
  {
    path: ["data", "import"],
    summary: "convert rows of any known format into one canonical form, without loss",
    load: () => import("./commands/data-import.ts"),
  },
  {
    path: ["data", "lint"],
    summary: "show the format of rows, and errors that matter for training",
    load: () => import("./commands/data-lint.ts"),
  },
  {
    path: ["data", "export"],
    summary: "write rows for a trainer: TRL, Axolotl, LLaMA-Factory, OpenAI, Together",
    load: () => import("./commands/data-export.ts"),
  },
  {
    path: ["data", "rights"],
    summary: "decide which rows may be trained on, by which rule, and under which conditions",
    load: () => import("./commands/data-rights.ts"),
  },
  {
    path: ["data", "redact"],
    summary: "find personal data in the texts of a dataset",
    load: () => import("./commands/data-redact.ts"),
  },
  {
    path: ["data", "dedup"],
    summary: "find exact and near-duplicate rows, and keep one of each",
    load: () => import("./commands/data-dedup.ts"),
  },
  {
    path: ["data", "decontaminate"],
    summary: "find and drop rows that contain items of benchmarks or test sets",
    load: () => import("./commands/data-decontaminate.ts"),
  },
  {
    path: ["data", "quality"],
    summary: "drop model refusals, boilerplate, repetition and broken answers, with reasons",
    load: () => import("./commands/data-quality.ts"),
  },
  {
    path: ["data", "split"],
    summary: "split rows into train, validation and test without leaks",
    load: () => import("./commands/data-split.ts"),
  },
  {
    path: ["data", "freeze"],
    summary: "freeze dataset files as a version that never changes",
    load: () => import("./commands/data-freeze.ts"),
  },
  {
    path: ["data", "verify"],
    summary: "check that frozen versions are unchanged, or compare two",
    load: () => import("./commands/data-verify.ts"),
  },
  {
    path: ["data", "synthesize"],
    summary: "generate rows with a model, verify them, and count what each kept row costs",
    load: () => import("./commands/data-synthesize.ts"),
  },
  {
    path: ["data", "run"],
    summary: "run the rows of a programme through its pipeline",
    load: () => import("./commands/data-run.ts"),
  },
  {
    path: ["data", "label"],
    summary: "labelling tasks: load, invite, show, seal",
    load: () => import("./commands/data-label.ts"),
  },
  {
    path: ["data", "agree"],
    summary: "measure the agreement of raters, with intervals",
    load: () => import("./commands/data-agree.ts"),
  },
  {
    path: ["data", "adjudicate"],
    summary: "decide rows whose labels differ",
    load: () => import("./commands/data-adjudicate.ts"),
  },
  {
    path: ["data", "report"],
    summary: "report the fate of every row, with the evidence of each stage",
    load: () => import("./commands/data-report.ts"),
  },
  {
    path: ["data", "lineage"],
    summary: "show where the rows of a data run come from",
    load: () => import("./commands/data-lineage.ts"),
  },
  ...MONEY_COMMANDS,
  ...TRAIN_COMMANDS,
  {
    path: ["runs", "list"],
    summary: "list the logged runs",
    load: () => import("./commands/runs-list.ts"),
  },
  {
    path: ["runs", "import"],
    summary: "import the runs of another tracker",
    load: () => import("./commands/runs-import.ts"),
  },
  {
    path: ["runs", "show"],
    summary: "show one run: metrics, params, when it was alive",
    load: () => import("./commands/runs-show.ts"),
  },
  {
    path: ["runs", "compare"],
    summary: "show runs next to each other: params and datasets that differ, metrics, cost",
    load: () => import("./commands/runs-compare.ts"),
  },
  {
    path: ["runs", "export"],
    summary: "write runs as CSV",
    load: () => import("./commands/runs-export.ts"),
  },
  {
    path: ["runs", "close"],
    summary: "end a run whose client stopped without ending it",
    load: () => import("./commands/runs-close.ts"),
  },
  {
    path: ["eval", "init"],
    summary: "lock a frozen set and write an evaluation on it",
    load: () => import("./commands/eval-init.ts"),
  },
  {
    path: ["eval", "run"],
    summary: "send the items of a frozen set to targets, and score the answers",
    load: () => import("./commands/eval-run.ts"),
  },
  {
    path: ["eval", "compare"],
    summary: "compare two evaluations, paired by item",
    load: () => import("./commands/eval-compare.ts"),
  },
  {
    path: ["eval", "gate"],
    summary: "decide whether a target may replace the baseline",
    load: () => import("./commands/eval-gate.ts"),
  },
  {
    path: ["eval", "verify"],
    summary: "check that the locked sets are unchanged: for CI",
    load: () => import("./commands/eval-verify.ts"),
  },
  {
    path: ["eval", "replay"],
    summary: "freeze a month of production prompts, redacted, as a replay set",
    load: () => import("./commands/eval-replay.ts"),
  },
  {
    path: ["eval", "judge"],
    summary: "compare a judge with human labels: admitted or rejected",
    load: () => import("./commands/eval-judge.ts"),
  },
  {
    path: ["eval", "report"],
    summary: "write the page of an evaluation again",
    load: () => import("./commands/eval-report.ts"),
  },
  ...EVAL_COMMANDS,
  ...WATCH_COMMANDS,
  {
    path: ["comply", "show"],
    summary: "show which duties apply, from when, and the evidence for them",
    load: () => import("./commands/comply-show.ts"),
  },
  {
    path: ["comply", "ask"],
    summary: "list the open questions, most decisive first",
    load: () => import("./commands/comply-ask.ts"),
  },
  {
    path: ["comply", "papers"],
    summary: "write datasheet, model card, training summary, HIPAA report, ML-BOM",
    load: () => import("./commands/comply-papers.ts"),
  },
  {
    path: ["comply", "approve"],
    summary: "record that a person approves the current state of a paper",
    load: () => import("./commands/comply-approve.ts"),
  },
  {
    path: ["comply", "canaries"],
    summary: "write a copy of a dataset with canaries, to test what a model remembers",
    load: () => import("./commands/comply-canaries.ts"),
  },
  {
    path: ["comply", "memorisation"],
    summary: "test what a tuned model reveals of its training rows",
    load: () => import("./commands/comply-memorisation.ts"),
  },
  {
    path: ["comply", "pack"],
    summary: "write papers and evidence as one file with a manifest of hashes",
    load: () => import("./commands/comply-pack.ts"),
  },
  {
    path: ["comply", "verify"],
    summary: "check that a pack is unchanged, and name the broken claims",
    load: () => import("./commands/comply-verify.ts"),
  },
];
