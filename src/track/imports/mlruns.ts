import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { toInt64 } from "../../base/int64.ts";
import { Failure } from "../../base/failure.ts";
import type { DatasetInput } from "../inputs.ts";
import type { MetricPoint } from "../points.ts";
import { type ForeignRun, type ForeignTracker, skip } from "./foreign-run.ts";
import { artifactsAt, localArtifacts } from "./local-artifacts.ts";
import { asNumber, entriesIn, META, type Meta, pairsIn, readMeta, subfolders, text } from "./mlruns-files.ts";
import { folderModels } from "./mlruns-models.ts";

/** Folder of deleted experiments. @source mlflow 3.11, store/tracking/file_store.py */
const TRASH = ".trash";

/** Numbers of MLflow's `RunStatus` as its file store writes them. @source mlflow 3.11, service.proto */
const STATUSES = ["RUNNING", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] as const;

/**
 * Opens a folder `mlruns` of MLflow's file store.
 *
 * @throws Failure not_found, bad_input if it contains no experiment
 */
export async function openMlruns(folder: string, shown: string): Promise<ForeignTracker> {
  if (!existsSync(folder)) throw new Failure("not_found", `${shown} does not exist`, { hint: "check the path" });
  const deleted = (await subfolders(join(folder, TRASH))).map((name) => `${TRASH}/${name}`);
  const names = [...(await subfolders(folder)), ...deleted];
  const experiments = names.filter((name) => existsSync(join(folder, name, META)));
  if (experiments.length === 0) {
    throw new Failure("bad_input", `${shown} is not an MLflow folder: no experiment in it has a meta.yaml`, {
      hint: "pass the folder that contains one folder per experiment, often mlruns",
    });
  }
  const skipped = new Map<string, number>();
  return {
    skipped,
    runs: () => runsOf(folder, experiments, skipped),
    models: folderModels(folder, experiments, skipped),
    countRest: async () => {
      for (const experiment of experiments) {
        skip(skipped, "trace (not imported)", (await subfolders(join(folder, experiment, "traces"))).length);
      }
    },
    close: () => undefined,
  };
}

async function* runsOf(
  folder: string,
  experiments: readonly string[],
  skipped: Map<string, number>,
): AsyncIterable<ForeignRun> {
  for (const experiment of experiments) {
    const meta = await readMeta(join(folder, experiment));
    if (meta === undefined) {
      skip(skipped, "experiment with a meta.yaml that is not YAML");
      continue;
    }
    const place = { experiment: text(meta["name"]), isDeleted: experiment.startsWith(`${TRASH}/`), skipped };
    for (const name of await subfolders(join(folder, experiment))) {
      const runFolder = join(folder, experiment, name);
      if (name === "datasets" || name === "tags" || !existsSync(join(runFolder, META))) continue;
      const runMeta = await readMeta(runFolder);
      if (typeof runMeta?.["run_id"] === "string" || typeof runMeta?.["run_uuid"] === "string") {
        yield await foreignRun(runFolder, { runMeta, ...place });
      } else if (runMeta === undefined || !("model_id" in runMeta)) {
        skip(skipped, "run with a meta.yaml that has no run_id");
      }
    }
  }
}

async function foreignRun(
  folder: string,
  {
    runMeta,
    experiment,
    isDeleted,
    skipped,
  }: { runMeta: Meta; experiment: string; isDeleted: boolean; skipped: Map<string, number> },
): Promise<ForeignRun> {
  const tags = await pairsIn(join(folder, "tags"));
  const own = join(folder, "artifacts");
  const uri = text(runMeta["artifact_uri"]);
  const status = typeof runMeta["status"] === "number" ? STATUSES[runMeta["status"]] : undefined;
  return {
    id: text(runMeta["run_id"] ?? runMeta["run_uuid"]),
    experiment,
    name: text(runMeta["run_name"] ?? runMeta["name"]),
    user: text(runMeta["user_id"]),
    status: status ?? "FINISHED",
    startMs: toInt64(runMeta["start_time"]) ?? 0,
    endMs: toInt64(runMeta["end_time"]) ?? null,
    isDeleted: isDeleted || runMeta["lifecycle_stage"] === "deleted",
    params: await pairsIn(join(folder, "params")),
    tags,
    datasets: await datasetsOf(folder),
    models: await modelsOf(folder),
    points: () => pointsIn(join(folder, "metrics"), "", skipped),
    extent: JSON.stringify(await sizesIn(join(folder, "metrics"))),
    artifacts: existsSync(own)
      ? () => localArtifacts(own)
      : artifactsAt(uri, { databaseFolder: join(folder, "../../.."), skipped }),
  };
}

/** Points of all metrics: one file per metric, whose lines are time, value and step. */
async function* pointsIn(folder: string, below: string, skipped: Map<string, number>): AsyncIterable<MetricPoint> {
  for (const { path, isFolder } of await entriesIn(join(folder, below))) {
    const key = below === "" ? path : `${below}/${path}`;
    if (isFolder) {
      yield* pointsIn(folder, key, skipped);
      continue;
    }
    for (const line of (await readFile(join(folder, key), "utf8")).split("\n")) {
      if (line === "") continue;
      const [time = "", word = "", count = "0"] = line.split(" ");
      const [timestamp, value, step] = [toInt64(time), asNumber(word), toInt64(count)];
      if (timestamp === undefined || value === undefined || step === undefined) {
        skip(skipped, "metric line that is not time, value and step");
      } else yield { key, value, timestamp, step };
    }
  }
}

/** The sizes of all files below a folder, by their paths. */
async function sizesIn(folder: string): Promise<[string, number][]> {
  const sizes: [string, number][] = [];
  for await (const { path, sizeBytes } of localArtifacts(folder)) sizes.push([path, sizeBytes]);
  return sizes;
}

/** Logged models that a run used or produced: one folder for each. */
async function modelsOf(folder: string): Promise<NonNullable<ForeignRun["models"]>> {
  const found: NonNullable<ForeignRun["models"]> = [];
  for (const name of await subfolders(join(folder, "inputs"))) {
    const meta = await readMeta(join(folder, "inputs", name));
    if (meta?.["source_type"] !== "MODEL") continue;
    found.push({ direction: "input", modelId: text(meta["source_id"]), step: 0 });
  }
  for (const name of await subfolders(join(folder, "outputs"))) {
    const meta = await readMeta(join(folder, "outputs", name));
    if (meta?.["destination_type"] !== "MODEL_OUTPUT") continue;
    const step = toInt64(meta["step"]) ?? 0;
    found.push({ direction: "output", modelId: text(meta["destination_id"]), step });
  }
  return found;
}

async function datasetsOf(folder: string): Promise<DatasetInput[]> {
  const found: DatasetInput[] = [];
  for (const name of await subfolders(join(folder, "inputs"))) {
    const input = await readMeta(join(folder, "inputs", name));
    const dataset =
      input === undefined ? undefined : await readMeta(join(folder, "..", "datasets", text(input["source_id"])));
    if (dataset === undefined) continue;
    found.push({
      name: text(dataset["name"]),
      digest: text(dataset["digest"]),
      sourceType: text(dataset["source_type"]),
      source: text(dataset["source"]),
      schema: textOrNull(dataset["schema"]),
      profile: textOrNull(dataset["profile"]),
      tags: Object.entries(input?.["tags"] ?? {}).map(([key, value]) => ({ key, value: text(value) })),
    });
  }
  return found;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
