import type { ItemCounts, RunImport } from "../../domain/run-import.ts";
import type { Store } from "../../store/open-store.ts";
import type { ForeignLoggedModel, ForeignModels, ForeignRegisteredModel } from "../../track/imports/foreign-models.ts";
import { skip } from "../../track/imports/foreign-run.ts";
import { RefusedFailure } from "../../track/imports/mlflow-http.ts";
import {
  isLogged,
  latestMetrics,
  type LoggedContent,
  type LoggedPlan,
  planLogged,
  writeLogged,
} from "../../track/imports/write-logged.ts";
import { isRegistered, writeRegistered } from "../../track/imports/write-registered.ts";
import type { ImportFiles } from "./import-files.ts";
import { allowedModel, nameProblem, type ModelPlace } from "./allowed-model.ts";

/** Context of an import of models. */
export type ModelsPlace = ModelPlace & {
  format: string;
  files: ImportFiles;
  skipArtifacts: boolean;
  signal: AbortSignal | undefined;
  /** Id of an experiment here, by its name at the source. */
  experimentOf: (name: string) => Promise<number>;
};

/** Counts of the models of a source. */
export type ModelCounts = Pick<RunImport, "registeredModels" | "modelVersions" | "loggedModels">;

/** No models. */
export function noModels(): ModelCounts {
  const none = (): ItemCounts => ({ found: 0, imported: 0, updated: 0, unchanged: 0, leftOut: 0 });
  return { registeredModels: none(), modelVersions: none(), loggedModels: none() };
}

/**
 * Imports the logged models of a source with their files, then its registered models with their versions, which refer
 * to them.
 *
 * @param counts  filled while models are written, so that they are known if the source fails
 * @returns whether each model is stored with its content
 */
export async function importModels(
  store: Store,
  models: ForeignModels,
  { counts, ...place }: ModelsPlace & { counts: ModelCounts },
): Promise<boolean> {
  let isWhole = true;
  for await (const model of models.logged()) {
    place.signal?.throwIfAborted();
    isWhole = (await importLogged(store, model, { ...place, counts: counts.loggedModels })) && isWhole;
  }
  for await (const model of models.registered()) {
    place.signal?.throwIfAborted();
    isWhole = (await importRegistered(store, model, { ...place, counts })) && isWhole;
  }
  return isWhole;
}

const COUNTED = { create: "imported", replace: "updated", keep: "unchanged" } as const;

async function importLogged(
  store: Store,
  model: ForeignLoggedModel,
  { counts, ...place }: ModelsPlace & { counts: ItemCounts },
): Promise<boolean> {
  const { skipped, format } = place;
  counts.found += 1;
  const content = /^[\w-]{1,64}$/.test(model.id) ? await loggedContent(model, place) : undefined;
  const experimentId = await place.experimentOf(model.experiment);
  const plan =
    content === undefined
      ? undefined
      : await planLogged(store, content, { experimentId, skipArtifacts: place.skipArtifacts });
  if (content === undefined || plan === undefined) skip(skipped, "logged model whose id is not allowed here");
  else if (plan.step === "refuse") skip(skipped, `logged model ${model.id} is kept as it is here: both were changed`);
  else {
    if (plan.step === "deleted") skip(skipped, "logged model that was deleted here");
    const copiesFiles = plan.copiesFiles && (await copyLogged(model, plan, place));
    await writeLogged(store, content, { plan: { ...plan, copiesFiles }, format });
    counts[plan.step === "deleted" ? "unchanged" : COUNTED[plan.step]] += 1;
    return isLogged(store, content);
  }
  counts.leftOut += 1;
  return true;
}

/** Copies the files of a logged model. @returns false if the source refuses them; the next import tries again */
async function copyLogged(
  model: ForeignLoggedModel,
  plan: LoggedPlan,
  { files, skipped }: ModelsPlace,
): Promise<boolean> {
  try {
    await files.copy(model.artifacts, `${plan.experimentId}/models/${model.id}/artifacts`);
    return true;
  } catch (error) {
    if (!(error instanceof RefusedFailure)) throw error;
    skip(skipped, `logged model whose files the source refuses (status ${error.status})`);
    return false;
  }
}

async function loggedContent(model: ForeignLoggedModel, { skipped, runHere }: ModelsPlace): Promise<LoggedContent> {
  const sourceRunId = await runHere(model.sourceRunId);
  if (model.sourceRunId !== null && sourceRunId === null) skip(skipped, "logged model whose run is not here");
  const metrics: LoggedContent["metrics"] = [];
  for (const metric of model.metrics) {
    const runId = await runHere(metric.runId);
    if (runId === null) skip(skipped, "metric of a logged model whose run is not here");
    else metrics.push({ ...metric, runId });
  }
  const { id, name, modelType, status, createdMs, updatedMs, tags, params } = model;
  const facts = { id, name, modelType, status, createdMs, updatedMs, tags, params };
  return { ...facts, sourceRunId, metrics: latestMetrics(metrics) };
}

async function importRegistered(
  store: Store,
  model: ForeignRegisteredModel,
  { counts, ...place }: ModelsPlace & { counts: ModelCounts },
): Promise<boolean> {
  const { registeredModels: models, modelVersions: versions } = counts;
  models.found += 1;
  versions.found += model.versions.length;
  const problem = nameProblem(model.name);
  const allowed = await allowedModel(model, place);
  const written = problem === undefined ? await writeRegistered(store, allowed, place.format) : undefined;
  if (written === undefined || written.step === "refuse") {
    models.leftOut += 1;
    versions.leftOut += model.versions.length;
    const kept = written === undefined ? "" : " is kept as it is here";
    skip(place.skipped, `registered model ${shownName(model.name)}${kept}: ${written?.why ?? problem ?? ""}`);
    return true;
  }
  models[COUNTED[written.step]] += 1;
  for (const kind of ["imported", "updated", "unchanged"] as const) versions[kind] += written.versions[kind];
  versions.leftOut += model.versions.length - allowed.versions.length;
  return isRegistered(store, allowed);
}

/** Longest name in a message, in characters. */
const SHOWN = 80;

function shownName(name: string): string {
  return JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name);
}
