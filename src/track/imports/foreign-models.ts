import type { KeyValue } from "../key-value.ts";
import type { ModelMetric } from "../models/logged-models.ts";
import type { ForeignFiles } from "./foreign-artifact.ts";

/** A version of a registered model in another tracker. Empty texts and missing values are null. */
export type ForeignVersion = {
  version: number;
  createdMs: number;
  updatedMs: number;
  stage: string;
  status: string;
  statusMessage: string | null;
  description: string | null;
  userId: string | null;
  source: string;
  /** Location of the files, with a reference to another version resolved. */
  location: string;
  /** Id of its run in the other tracker. */
  runId: string | null;
  runLink: string | null;
  modelId: string | null;
  tags: KeyValue[];
};

/** A registered model of another tracker with all its versions. */
export type ForeignRegisteredModel = {
  name: string;
  description: string | null;
  createdMs: number;
  updatedMs: number;
  tags: KeyValue[];
  aliases: { alias: string; version: number }[];
  versions: ForeignVersion[];
  /** Numbers of deleted versions, as far as the source tells them. They are not used again. */
  deleted: number[];
};

/** A model that a run of another tracker logged. Its files are read on demand. */
export type ForeignLoggedModel = {
  id: string;
  /** Name of its experiment. */
  experiment: string;
  name: string;
  /** Id of its run in the other tracker. */
  sourceRunId: string | null;
  modelType: string;
  status: string;
  createdMs: number;
  updatedMs: number;
  tags: KeyValue[];
  params: KeyValue[];
  /** Metrics with the ids of their runs in the other tracker; repeats of a key are allowed, the latest counts. */
  metrics: ModelMetric[];
  artifacts: ForeignFiles;
};

/** The models of another tracker. They are read after the runs, to which they refer. */
export type ForeignModels = {
  logged: () => Iterable<ForeignLoggedModel> | AsyncIterable<ForeignLoggedModel>;
  registered: () => Iterable<ForeignRegisteredModel> | AsyncIterable<ForeignRegisteredModel>;
};

/** Numbers of MLflow's `LoggedModelStatus` as its stores write them. @source mlflow 3.11, service.proto */
const STATUSES = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

/** Name of a status of a logged model, from its name or number; a number that is unknown counts as pending. */
export function loggedStatus(value: unknown): string {
  if (typeof value === "string" && STATUSES.includes(value)) return value;
  return STATUSES[Number(value)] ?? "LOGGED_MODEL_PENDING";
}

/** A text, or null for an empty or missing one. */
export function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A time in ms, or the number of a version; 0 if it is none. */
export function wholeOrZero(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

/** The facts of a version that MLflow names alike in its answers, its database and its files. */
export function versionFacts(
  row: Readonly<Record<string, unknown>>,
): Omit<ForeignVersion, "version" | "createdMs" | "updatedMs" | "tags"> {
  const source = textOrNull(row["source"]) ?? "";
  return {
    stage: textOrNull(row["current_stage"]) ?? "None",
    status: textOrNull(row["status"]) ?? "READY",
    statusMessage: textOrNull(row["status_message"]),
    description: textOrNull(row["description"]),
    userId: textOrNull(row["user_id"]),
    source,
    location: textOrNull(row["storage_location"]) ?? source,
    runId: textOrNull(row["run_id"]),
    runLink: textOrNull(row["run_link"]),
    modelId: textOrNull(row["model_id"]),
  };
}
