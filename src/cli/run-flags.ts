import { resolve } from "node:path";

import * as z from "zod";

import { Failure } from "../base/failure.ts";
import type { PriceNote } from "../catalog/price-note.ts";
import type { Assumption } from "../domain/assumption.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import { OBJECTIVES } from "../domain/objective.ts";
import { RentalTerm, SellerClass } from "../domain/price.ts";
import { TrainingPlan } from "../domain/programme.ts";
import { Rollouts, RunSpec, TrainVolume } from "../domain/run-spec.ts";
import { Day, PositiveMoney } from "../domain/source.ts";
import type { Calibration } from "../plan/calibration/calibration.ts";
import type { LoadedProgramme } from "../programme/reading/read-programme.ts";
import type { TrainingEstimate } from "../programme/training-plan/training-estimate.ts";
import type { Io } from "./io.ts";

/** Flags of a price: one's own, or a row of the price book. */
export const PRICE_FLAGS = {
  usdPerGpuHour: PositiveMoney.optional().describe("Price of one GPU-hour; the price book where left out"),
  term: RentalTerm.default("on-demand").describe("How the GPUs are bought"),
  sellerClass: SellerClass.default("neocloud").describe("Who sells them"),
  on: Day.optional().describe("Day of the prices; today where left out"),
};

/** A programme folder; flags beside it take the place of its own values. */
export const DIR_FLAG = {
  dir: z.string().min(1).optional().describe("Programme folder; flags beside it take the place of what it says"),
};

/** Flags of one run; `model` is required where no programme folder is given. */
export const RUN_FLAGS = {
  ...RunSpec.shape,
  model: RunSpec.shape.model.optional(),
  calibration: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File of your own measured runs, as plan calibrate writes it; calibration.json of the folder where left out",
    ),
};

/**
 * Measurements that correct the estimates: those of the file that was named, else of a folder's `calibration.json`.
 *
 * @throws Failure not_found, or bad_input where the file is not one of ours
 */
export async function calibrationOf(io: Io, named: unknown, dir: string): Promise<Calibration> {
  const { readCalibration, readCalibrationFile } = await import("../programme/calibration/calibration-file.ts");
  if (typeof named !== "string") return readCalibration(resolve(io.cwd, dir));
  return readCalibrationFile(resolve(io.cwd, named), named);
}

/** Flags of the volume; rows and mean tokens are required where no programme folder is given. */
export const VOLUME_FLAGS = {
  rows: TrainVolume.shape.rows.optional(),
  meanTokens: TrainVolume.shape.meanTokens.optional(),
  epochs: TrainVolume.shape.epochs,
  groupSize: TrainingPlan.shape.groupSize,
  completionTokens: TrainingPlan.shape.completionTokens,
  rolloutTokensPerSec: Rollouts.shape.outputTokensPerSecPerGpu,
  groupByLength: z.boolean().optional().describe("Batches hold rows of like length"),
};

/** Flags of what a run takes beside its steps. */
export const RUN_PART_FLAGS = {
  evaluationRows: TrainVolume.shape.evaluationRows,
  evaluations: TrainVolume.shape.evaluations,
  checkpoints: TrainVolume.shape.checkpoints,
};

/** Flags that hold for a run of flags alone: a programme has no place for them. */
const OF_ONE_RUN: ReadonlySet<string> = new Set([
  ...Object.keys(RUN_PART_FLAGS),
  "rolloutTokensPerSec",
  "groupByLength",
]);

/** The parts of a volume that the flags state. */
export function runPartsOf({
  evaluationRows,
  evaluations,
  checkpoints,
}: z.output<z.ZodObject<typeof RUN_PART_FLAGS>>): Partial<TrainVolume> {
  return {
    ...(evaluationRows === undefined ? {} : { evaluationRows }),
    ...(evaluations === undefined ? {} : { evaluations }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
  };
}

/** Flags as they were read, and the fields of those that stood on the command line. */
export type GivenFlags = { flags: Readonly<Record<string, unknown>>; given: ReadonlySet<string> };

/** The training estimate of a programme, the wall hours of a run that it states, and the programme as it was read. */
export type ProgrammeRun = TrainingEstimate & {
  statedHours: number | undefined;
  loaded: LoadedProgramme;
  calibration: Calibration;
  /** Assumptions with the programme's own in their place. */
  assumption: (id: string) => Assumption;
};

/**
 * A programme folder, with the flags that stand beside it in place of its own values.
 *
 * @throws Failure bad_input for a flag that has no place in a programme; as `readProgramme` and `withOverrides`
 */
export async function programmeOf(
  io: Io,
  { dir, on }: { dir: string; on: string },
  { flags, given }: GivenFlags,
): Promise<LoadedProgramme> {
  const { isOverride, withOverrides } = await import("../programme/reading/programme-overrides.ts");
  const { readProgramme } = await import("../programme/reading/read-programme.ts");
  const outside = [...given].find((field) => (field in RunSpec.shape || OF_ONE_RUN.has(field)) && !isOverride(field));
  if (outside !== undefined) {
    const [flag] = flagWords({ flags, given }, [outside]);
    throw new Failure("bad_input", `${flag!}: a programme does not say this, so it cannot be replaced in ${dir}`, {
      hint: `leave ${flag!} out, or give --model and its flags for one run in place of the folder`,
    });
  }
  const loaded = await readProgramme(resolve(io.cwd, dir), on).catch(async (error: unknown) => {
    throw (await namesModel(dir)) ? asModel(error, dir) : error;
  });
  const replaced = [...given].filter(isOverride);
  const changed = withOverrides(loaded, Object.fromEntries(replaced.map((field) => [field, flags[field]])), io.cwd);
  if (replaced.length > 0) {
    io.note(`in place of what programme.yaml says: ${flagWords({ flags, given }, replaced).join(" ")}`);
  }
  return changed;
}

/** The training of a programme folder: its files are scanned and its method chosen, as for a study. */
export async function programmeRun(
  io: Io,
  place: { dir: string; on?: string | undefined; maxGpus?: number | undefined },
  given: GivenFlags,
): Promise<ProgrammeRun> {
  const { isoDay } = await import("../base/clock.ts");
  const { assumptionsWith } = await import("../catalog/assumptions.ts");
  const { hubCacheOf } = await import("../programme/data/find-tokenizer.ts");
  const { programmeTraining } = await import("../programme/method/programme-training.ts");
  const on = place.on ?? isoDay(io.now());
  const loaded = await programmeOf(io, { dir: place.dir, on }, given);
  const calibration = await calibrationOf(io, given.flags["calibration"], place.dir);
  const { training } = await programmeTraining(loaded, {
    on,
    calibration,
    asStated: given.given.has("meanTokens"),
    maxGpus: place.maxGpus,
    hubCache: hubCacheOf(io.env),
    onStep: io.progress,
  });
  const { model, training: stated } = loaded.programme;
  return {
    ...training,
    spec: { ...training.spec, model: model.base },
    statedHours: stated.hoursPerRun,
    loaded,
    calibration,
    assumption: assumptionsWith(loaded.programme.assumptions),
  };
}

/** Says which flags that were given change nothing of a run, as the format of a base that is not quantised. */
export function noteUnused(io: Pick<Io, "note">, spec: RunSpec, { flags, given }: GivenFlags): void {
  const { hasReference, row } = OBJECTIVES[spec.objective];
  const unused: readonly [string, boolean, string][] = [
    ["quantisation", spec.method !== "qlora", `method ${spec.method} has no quantised base`],
    ["experts", spec.method !== "qlora", `method ${spec.method} has no quantised base`],
    ["reference", !hasReference, `objective ${spec.objective} has no reference`],
    ["rolloutEngine", row !== "prompt", `objective ${spec.objective} samples nothing`],
    ["rolloutMemoryShare", row !== "prompt", `objective ${spec.objective} samples nothing`],
  ];
  for (const [field, isUnused, why] of unused)
    if (isUnused && given.has(field))
      io.note(`warning: ${flagWords({ flags, given }, [field]).join(" ")} is not used: ${why}`);
}

/** Flags as words of a command line, those of `fields` that were given. */
export function flagWords({ flags, given }: GivenFlags, fields: Iterable<string>): string[] {
  return [...fields]
    .filter((field) => given.has(field))
    .flatMap((field) => {
      const name = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const value = flags[field];
      return typeof value === "boolean" ? [value ? `--${name}` : `--no-${name}`] : [`--${name}`, String(value)];
    });
}

async function namesModel(name: string): Promise<boolean> {
  const { findModel } = await import("../catalog/models.ts");
  try {
    return findModel(name) !== undefined;
  } catch {
    return false;
  }
}

/** A model that was given where a folder is expected: says how it is given. */
function asModel(error: unknown, name: string): unknown {
  if (!(error instanceof Failure) || error.kind !== "not_found") return error;
  return new Failure("not_found", `there is no programme folder ${name}`, {
    hint: `for one run of that model: --model ${name}`,
    cause: error,
  });
}

/**
 * The volume of the flags, with what GRPO samples for that objective.
 *
 * @throws Failure bad_input where rows or mean tokens are left out
 */
export async function volumeOf(
  flags: z.output<z.ZodObject<typeof VOLUME_FLAGS>> & z.output<z.ZodObject<typeof RUN_PART_FLAGS>>,
  objective: RunSpec["objective"],
): Promise<TrainVolume> {
  const { rows, meanTokens, epochs, groupByLength } = flags;
  if (rows === undefined || meanTokens === undefined)
    throw new Failure("bad_input", `${rows === undefined ? "--rows" : "--mean-tokens"} is required`, {
      hint: "say how much is trained (--rows 14000 --mean-tokens 900), or give a programme folder",
    });
  const grouping = groupByLength === undefined ? {} : { isGroupedByLength: groupByLength };
  const volume = { rows, meanTokens, epochs, ...grouping, ...runPartsOf(flags) };
  if (OBJECTIVES[objective].row !== "prompt") return volume;
  const { assumptionsWith } = await import("../catalog/assumptions.ts");
  const { rolloutsOf } = await import("../plan/layout/rollouts.ts");
  // PPO answers a prompt once: its group is one.
  const stated = objective === "ppo" ? { ...flags, groupSize: flags.groupSize ?? 1 } : flags;
  return { ...volume, rollouts: rolloutsOf(stated, assumptionsWith()) };
}

/** Model, GPU and spec of the flags, looked up in the catalogue. */
export async function resolveRun(
  io: Io,
  flags: Record<string, unknown>,
  given?: ReadonlySet<string>,
): Promise<{ shape: ModelShape; spec: RunSpec; gpu: Gpu; calibration: Calibration; notUnderstood: string[] }> {
  const { resolveModel } = await import("../catalog/resolve-model.ts");
  const { isoDay } = await import("../base/clock.ts");
  const { findGpu } = await import("../catalog/gpus.ts");
  if (flags["model"] === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const fields = Object.keys(RunSpec.shape);
  const asked = RunSpec.parse(Object.fromEntries(Object.entries(flags).filter(([field]) => fields.includes(field))));
  const { shape, notUnderstood } = await resolveModel(asked.model, io.cwd, isoDay(io.now()));
  const gpu = findGpu(asked.gpu);
  const calibration = await calibrationOf(io, flags["calibration"], ".");
  // Nobody asked for bf16 where it is the default: a card without it trains in fp16, and a warning says so.
  const { asComputedOn } = await import("../plan/layout/gpu-notes.ts");
  const { precision } = given === undefined || given.has("precision") ? asked : asComputedOn(asked, gpu);
  return { shape, spec: { ...asked, precision, model: shape.id, gpu: gpu.id }, gpu, calibration, notUnderstood };
}

/** Price of a GPU-hour, and what is weak about it. */
type PriceLookUp = {
  priceOf: (gpuId: string) => Quantity;
  priceNoteOf?: ((gpuId: string) => PriceNote | undefined) | undefined;
};

/** Price of a GPU-hour by the flags: the stated one, else the price book on the day, with the folder's own prices.csv. */
export async function priceLookUp(
  io: Io,
  flags: { usdPerGpuHour?: string | undefined; term: RentalTerm; sellerClass: SellerClass; on?: string | undefined },
): Promise<PriceLookUp> {
  const { priceNote } = await import("../catalog/price-note.ts");
  const { gpuHourPrice } = await import("../catalog/prices.ts");
  const { readPriceBook } = await import("../programme/prices/price-book.ts");
  const { isoDay } = await import("../base/clock.ts");
  const { usdPerGpuHour, term, sellerClass } = flags;
  const on = flags.on ?? isoDay(io.now());
  if (usdPerGpuHour === undefined) {
    const { prices } = await readPriceBook(io.cwd);
    const find = (gpu: string): ReturnType<typeof gpuHourPrice> => gpuHourPrice({ gpu, term, sellerClass, on }, prices);
    return { priceOf: (gpu) => find(gpu).quantity, priceNoteOf: (gpu) => priceNote(find(gpu).rows, on) };
  }
  const stated = Number(usdPerGpuHour);
  const range = { p10: stated, p50: stated, p90: stated };
  const basis = "the price that you stated";
  return { priceOf: () => ({ ...range, unit: "USD", basis, n: 0, sources: ["--usd-per-gpu-hour"] }) };
}
