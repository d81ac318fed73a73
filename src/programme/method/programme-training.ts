import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { curationOf, withCuration } from "../curation/curation.ts";
import { programmeMethod, type ProgrammeMethod } from "./programme-method.ts";
import { mainObjective, trainedWeights } from "../reading/main-method.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { scanDatasets } from "../data/scan-datasets.ts";
import { type TrainingEstimate, trainingEstimate, type TrainMethodOfPlan } from "../training-plan/training-estimate.ts";

/** Context of an estimate: the day of the prices, and how files are scanned. */
export type TrainingInput = {
  /** YYYY-MM-DD. */
  on: string;
  /** Count the tokens of every row. */
  exact?: boolean;
  seed?: number;
  /** Folder of the local Hub cache, which may contain the base model's tokenizer. */
  hubCache?: string | undefined;
  onStep?: (step: string, fraction?: number) => void;
  /** Use the mean tokens that the programme states, without a scan. */
  asStated?: boolean;
  /** Maximum number of GPUs of a fleet search. */
  maxGpus?: number | undefined;
  /** Measurements that replace the folder's `calibration.json`. */
  calibration?: Calibration | undefined;
};

/** Profiles of a programme's files, and the run of the costed method. */
export type ProgrammeTraining = {
  datasets: DatasetProfile[];
  /** The last run of the pipeline; if it is used, its rows replace the files that it read. */
  curation: StudyCuration | null;
  training: TrainingEstimate;
};

/**
 * Scans the files of a programme, chooses its method if none is stated, and estimates its run. All commands get the
 * training of a programme from here or from `rankedTraining`, so that they give the same numbers.
 *
 * @throws Failure as `scanDatasets` and `trainingEstimate`
 */
export async function programmeTraining(loaded: LoadedProgramme, input: TrainingInput): Promise<ProgrammeTraining> {
  const scanned = await scannedFiles(loaded, input);
  const { method } = loaded.programme.training;
  const costed = method === "auto" ? (await ranking(scanned, input)).method : trainedWeights(loaded.programme.training);
  return estimated(loaded, { scanned, method: costed }, input);
}

/**
 * The training of a programme with the ranking of all methods, each of which is estimated.
 *
 * @throws Failure as `programmeTraining`
 */
export async function rankedTraining(
  loaded: LoadedProgramme,
  input: TrainingInput,
): Promise<ProgrammeTraining & { method: ProgrammeMethod }> {
  const scanned = await scannedFiles(loaded, input);
  const method = await ranking(scanned, input);
  return { method, ...(await estimated(loaded, { scanned, method: method.method }, input)) };
}

/** The files of a programme and its last curation, and the programme with the curated rows in place of its files. */
type Scanned = Pick<ProgrammeTraining, "datasets" | "curation"> & { trained: ReturnType<typeof withCuration> };

async function scannedFiles(loaded: LoadedProgramme, input: TrainingInput): Promise<Scanned> {
  const { asStated = false } = input;
  const datasets = asStated ? [] : await programmeDatasets(loaded, input);
  const curation = asStated ? null : await programmeCuration(loaded, datasets, input);
  return { datasets, curation, trained: withCuration(loaded, datasets, curation) };
}

function ranking({ trained }: Scanned, { on, onStep }: TrainingInput): Promise<ProgrammeMethod> {
  onStep?.("choosing the method");
  return programmeMethod(trained.loaded, { on, datasets: [...trained.datasets] });
}

async function estimated(
  loaded: LoadedProgramme,
  { scanned, method }: { scanned: Scanned; method: TrainMethodOfPlan },
  { on, maxGpus, calibration, onStep }: TrainingInput,
): Promise<ProgrammeTraining> {
  const { datasets, curation, trained } = scanned;
  onStep?.("searching a fleet, estimating memory, time and cost of training");
  const objective = mainObjective(loaded.programme.training);
  const options = { datasets: trained.datasets, method, objective, maxGpus, calibration };
  const training = await trainingEstimate(trained.loaded, on, options);
  return { datasets, curation, training };
}

/** The last run of a programme's pipeline, with progress as steps; null if there was none. */
export function programmeCuration(
  loaded: LoadedProgramme,
  datasets: readonly DatasetProfile[],
  { exact = false, seed = 1, hubCache, onStep = () => undefined }: TrainingInput,
): Promise<StudyCuration | null> {
  return curationOf(loaded, datasets, { exact, seed, hubCache, onProgress: scanStep(onStep) });
}

function scanStep(onStep: NonNullable<TrainingInput["onStep"]>): (path: string, fraction: number) => void {
  return (path, fraction) => {
    onStep(`scanning ${path}`, fraction);
  };
}

/** Profiles of a programme's files, with progress as steps. */
export function programmeDatasets(loaded: LoadedProgramme, input: TrainingInput): Promise<DatasetProfile[]> {
  const { exact = false, seed = 1, hubCache, onStep = () => undefined } = input;
  return scanDatasets(loaded, { exact, seed, hubCache, onProgress: scanStep(onStep) });
}
