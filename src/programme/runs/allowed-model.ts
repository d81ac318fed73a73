import type { ForeignRegisteredModel, ForeignVersion } from "../../track/imports/foreign-models.ts";
import { skip } from "../../track/imports/foreign-run.ts";
import { checkAlias, STAGES } from "../../track/models/change-versions.ts";
import { checkModelName } from "../../track/models/registered-models.ts";
import { TrackFailure } from "../../track/track-failure.ts";

/** Finds the runs and files here to which a model of a source refers. */
export type ModelPlace = {
  skipped: Map<string, number>;
  /** Id of a run here, by its id at the source; null if it is not here. */
  runHere: (id: string | null) => Promise<string | null>;
  /** Location of the files here, by that at the source; undefined if they are not here. */
  locationHere: (location: string) => Promise<string | undefined>;
};

/** Most characters in the name of a registered model. @source mlflow 3.11 model_registry/dbmodels */
const MOST_NAME = 256;

/** Tag of a version that is a prompt: its text is in a tag, and it has no files. @source mlflow 3.11 */
const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** Why a registered model cannot have its name here; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  if (/\p{Cc}/u.test(name)) return "its name has control characters";
  if (name.length > MOST_NAME) return `its name is longer than ${MOST_NAME} characters`;
  return isAllowed(() => checkModelName(name)) ? undefined : "its name is not allowed here";
}

/** A registered model as it can be stored here: with runs and files of this store. What is left out is counted. */
export async function allowedModel(model: ForeignRegisteredModel, place: ModelPlace): Promise<ForeignRegisteredModel> {
  const { skipped } = place;
  const versions = new Map<number, ForeignVersion>();
  for (const version of model.versions) {
    if (version.version < 1 || versions.has(version.version))
      skip(skipped, "model version without a number of its own");
    else versions.set(version.version, await allowedVersion(version, place));
  }
  const aliases = model.aliases.filter(({ alias, version }) => {
    if (!isAllowed(() => checkAlias(alias))) skip(skipped, "alias that is not allowed here");
    else if (versions.has(version)) return true;
    else skip(skipped, "alias of a model version that does not exist");
    return false;
  });
  const deleted = model.deleted.filter((version) => version >= 1 && !versions.has(version));
  skip(skipped, "deleted model version (its number stays used)", deleted.length);
  return { ...model, versions: [...versions.values()], aliases, deleted };
}

async function allowedVersion(version: ForeignVersion, place: ModelPlace): Promise<ForeignVersion> {
  const { skipped, runHere, locationHere } = place;
  const runId = await runHere(version.runId);
  if (version.runId !== null && runId === null) skip(skipped, "model version whose run is not here");
  const location = await locationHere(version.location);
  const scheme = /^[a-z][\w+.-]*:/i.exec(version.location)?.[0] ?? "a path";
  const isPrompt = version.tags.some(({ key, value }) => key === PROMPT_TAG && value === "true");
  if (location === undefined && !isPrompt) skip(skipped, `model version whose files stay where they are (${scheme})`);
  const isStage = STAGES.includes(version.stage);
  if (!isStage) skip(skipped, "stage of a model version that is unknown here");
  return { ...version, runId, location: location ?? version.location, stage: isStage ? version.stage : "None" };
}

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof TrackFailure) return false;
    throw error;
  }
}
