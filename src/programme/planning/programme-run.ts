import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import { flagWords } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findModel } from "../../catalog/models.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { RUN_PART_FIELDS, type Stated } from "../../domain/run-request.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { programmeTraining } from "../method/programme-training.ts";
import { isOverride, withOverrides } from "../reading/programme-overrides.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";
import { calibrationOf } from "./stated-run.ts";

/** Fields for a run without a folder, which a programme does not have. */
const OF_ONE_RUN: ReadonlySet<string> = new Set([
  ...Object.keys(RUN_PART_FIELDS),
  "rolloutTokensPerSec",
  "groupByLength",
]);

/** A programme folder, and the fields that may override its own. */
type ProgrammePlace = {
  dir: string;
  on?: string | undefined;
  maxGpus?: number | undefined;
};

/** The training estimate of a programme, its stated wall hours per run, and the programme as read. */
export type ProgrammeRun = TrainingEstimate & {
  statedHours: number | undefined;
  loaded: LoadedProgramme;
  calibration: Calibration;
  /** Assumptions with the programme's overrides. */
  assumption: (id: string) => Assumption;
};

/**
 * A programme folder, with the stated fields of a request replacing its own values.
 *
 * @throws Failure bad_input for a field that a programme does not have; as `readProgramme` and `withOverrides`
 */
export async function overriddenProgramme(
  { cwd, note }: Pick<Context, "cwd" | "note">,
  { dir, on }: { dir: string; on: string },
  { request, stated }: Stated<Readonly<Record<string, unknown>>>,
): Promise<LoadedProgramme> {
  const outside = [...stated].find((field) => (field in RunSpec.shape || OF_ONE_RUN.has(field)) && !isOverride(field));
  if (outside !== undefined) {
    const [flag] = flagWords(request, [outside]);
    throw new Failure("bad_input", `${flag!}: a programme has no such field, so it cannot be overridden in ${dir}`, {
      hint: `omit ${flag!}, or give --model and its flags for one run instead of the folder`,
    });
  }
  const loaded = await readProgramme(resolve(cwd, dir), on).catch((error: unknown) => {
    throw namesModel(dir) ? asModel(error, dir) : error;
  });
  const replaced = [...stated].filter(isOverride);
  const changed = withOverrides(loaded, Object.fromEntries(replaced.map((field) => [field, request[field]])), cwd);
  if (replaced.length > 0) note(`overrides of programme.yaml: ${flagWords(request, replaced).join(" ")}`);
  return changed;
}

/** The training of a programme folder: its files are scanned and its method is chosen, as in a study. */
export async function programmeRun(
  context: Context,
  place: ProgrammePlace,
  asked: Stated<{ calibration?: string | undefined }>,
): Promise<ProgrammeRun> {
  const on = place.on ?? isoDay(context.now());
  const loaded = await overriddenProgramme(context, { dir: place.dir, on }, asked);
  const calibration = await calibrationOf(context.cwd, asked.request.calibration, place.dir);
  const { training } = await programmeTraining(loaded, {
    on,
    calibration,
    asStated: asked.stated.has("meanTokens"),
    maxGpus: place.maxGpus,
    hubCache: hubCacheOf(context.env),
    onStep: context.progress,
  });
  const { model, training: planned } = loaded.programme;
  return {
    ...training,
    spec: { ...training.spec, model: model.base },
    statedHours: planned.hoursPerRun,
    loaded,
    calibration,
    assumption: assumptionsWith(loaded.programme.assumptions),
  };
}

function namesModel(name: string): boolean {
  try {
    return findModel(name) !== undefined;
  } catch {
    return false;
  }
}

/** A model given instead of a folder: the error explains how to name a model. */
function asModel(error: unknown, name: string): unknown {
  if (!(error instanceof Failure) || error.kind !== "not_found") return error;
  return new Failure("not_found", `there is no programme folder ${name}`, {
    hint: `for one run of that model: --model ${name}`,
    cause: error,
  });
}
