import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { toInt64 } from "../../base/int64.ts";
import type { ModelMetric } from "../models/logged-models.ts";
import { DELETED_STAGE } from "../models/model-versions.ts";
import {
  type ForeignLoggedModel,
  type ForeignModels,
  type ForeignRegisteredModel,
  type ForeignVersion,
  loggedStatus,
  textOrNull,
  versionFacts,
  wholeOrZero,
} from "./foreign-models.ts";
import { skip } from "./foreign-run.ts";
import { artifactsAt, localArtifacts } from "./local-artifacts.ts";
import { asNumber, entriesIn, type Meta, pairsIn, readMeta, subfolders, text } from "./mlruns-files.ts";

/** Folder of the registered models, and in each experiment that of its logged models. */
const MODELS = "models";

type Skipped = Map<string, number>;

/** The models of a folder `mlruns`: a folder for each, with a file of its facts. */
export function folderModels(folder: string, experiments: readonly string[], skipped: Skipped): ForeignModels {
  return {
    logged: () => loggedOf(folder, experiments, skipped),
    registered: () => registeredOf(join(folder, MODELS), skipped),
  };
}

async function* loggedOf(
  folder: string,
  experiments: readonly string[],
  skipped: Skipped,
): AsyncIterable<ForeignLoggedModel> {
  for (const experiment of experiments) {
    const place = join(folder, experiment, MODELS);
    const names = await subfolders(place);
    if (names.length === 0) continue;
    const about = await readMeta(join(folder, experiment));
    for (const name of names) {
      const meta = await readMeta(join(place, name));
      if (about === undefined || typeof meta?.["model_id"] !== "string") {
        skip(skipped, "logged model with a meta.yaml that has no model_id");
      } else if (meta["lifecycle_stage"] === "deleted") skip(skipped, "deleted logged model");
      else
        yield await foreignLogged(join(place, name), { meta, experiment: text(about["name"]), root: folder, skipped });
    }
  }
}

async function foreignLogged(
  folder: string,
  { meta, experiment, root, skipped }: { meta: Meta; experiment: string; root: string; skipped: Skipped },
): Promise<ForeignLoggedModel> {
  const own = join(folder, "artifacts");
  return {
    id: text(meta["model_id"]),
    experiment,
    name: text(meta["name"]),
    sourceRunId: textOrNull(meta["source_run_id"]),
    modelType: text(meta["model_type"]),
    status: loggedStatus(meta["status"]),
    createdMs: wholeOrZero(meta["creation_timestamp"]),
    updatedMs: wholeOrZero(meta["last_updated_timestamp"]),
    tags: await pairsIn(join(folder, "tags")),
    params: await pairsIn(join(folder, "params")),
    metrics: await metricsIn(join(folder, "metrics"), "", skipped),
    artifacts: existsSync(own)
      ? () => localArtifacts(own)
      : artifactsAt(text(meta["artifact_location"]), { databaseFolder: join(root, ".."), skipped, of: "logged model" }),
  };
}

/** Metrics of a logged model: one file per key, whose lines are time, value, step, run, and perhaps a dataset. */
async function metricsIn(folder: string, below: string, skipped: Skipped): Promise<ModelMetric[]> {
  const found: ModelMetric[] = [];
  for (const { path, isFolder } of await entriesIn(join(folder, below))) {
    const key = below === "" ? path : `${below}/${path}`;
    if (isFolder) {
      found.push(...(await metricsIn(folder, key, skipped)));
      continue;
    }
    for (const line of (await readFile(join(folder, key), "utf8")).split("\n")) {
      if (line.trim() === "") continue;
      const [time = "", word = "", count = "", runId = "", datasetName = "", datasetDigest = ""] = line.split(" ");
      const [timestamp, value, step] = [toInt64(time), asNumber(word), toInt64(count)];
      if (timestamp === undefined || value === undefined || step === undefined || runId === "") {
        skip(skipped, "metric line of a logged model that is not time, value, step and run");
      } else found.push({ key, value, timestamp, step, runId, datasetName, datasetDigest });
    }
  }
  return found;
}

async function* registeredOf(folder: string, skipped: Skipped): AsyncIterable<ForeignRegisteredModel> {
  for (const name of await subfolders(folder)) {
    const meta = await readMeta(join(folder, name));
    if (typeof meta?.["name"] === "string") yield await foreignRegistered(join(folder, name), meta, skipped);
    else skip(skipped, "registered model with a meta.yaml that has no name");
  }
}

async function foreignRegistered(folder: string, meta: Meta, skipped: Skipped): Promise<ForeignRegisteredModel> {
  const versions: ForeignVersion[] = [];
  const deleted: number[] = [];
  for (const name of await subfolders(folder)) {
    if (!/^version-\d+$/.test(name)) continue;
    const about = await readMeta(join(folder, name));
    const version = wholeOrZero(about?.["version"]);
    if (about === undefined || version === 0) skip(skipped, "model version with a meta.yaml that has no number");
    else if (about["current_stage"] === DELETED_STAGE) deleted.push(version);
    else versions.push(await foreignVersion(join(folder, name), about, version));
  }
  const aliases = await pairsIn(join(folder, "aliases"));
  return {
    name: text(meta["name"]),
    description: textOrNull(meta["description"]),
    createdMs: wholeOrZero(meta["creation_timestamp"]),
    updatedMs: wholeOrZero(meta["last_updated_timestamp"]),
    tags: await pairsIn(join(folder, "tags")),
    aliases: aliases.map(({ key, value }) => ({ alias: key, version: wholeOrZero(value.trim()) })),
    versions,
    deleted,
  };
}

async function foreignVersion(folder: string, meta: Meta, version: number): Promise<ForeignVersion> {
  return {
    ...versionFacts(meta),
    version,
    createdMs: wholeOrZero(meta["creation_timestamp"]),
    updatedMs: wholeOrZero(meta["last_updated_timestamp"]),
    tags: await pairsIn(join(folder, "tags")),
  };
}
