import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { curationOf, withCuration } from "../curation/curation.ts";
import { programmeMethod, type ProgrammeMethod } from "./programme-method.ts";
import { mainObjective } from "../reading/main-method.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { scanDatasets } from "../data/scan-datasets.ts";
import { type TrainingEstimate, trainingEstimate } from "../training-plan/training-estimate.ts";

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
  /** Largest number of GPUs of a fleet search. */
  maxGpus?: number | undefined;
  /** Measurements that replace the folder's `calibration.json`. */
  calibration?: Calibration | undefined;
};

/** Profiles of a programme's files, the ranking of methods, and the run of the costed method. */
export type ProgrammeTraining = {
  datasets: DatasetProfile[];
  /** The last run of the pipeline; if it is used, its rows replace the files that it read. */
  curation: StudyCuration | null;
  method: ProgrammeMethod;
  training: TrainingEstimate;
};

/**
 * Scans the files of a programme, chooses its method and estimates its run. All commands get the training of a
 * programme from here, so that they give the same numbers.
 *
 * @throws Failure as `scanDatasets` and `trainingEstimate`
 */
export async function programmeTraining(loaded: LoadedProgramme, input: TrainingInput): Promise<ProgrammeTraining> {
  const { on, asStated = false, maxGpus, calibration, onStep = () => undefined } = input;
  const datasets = asStated ? [] : await programmeDatasets(loaded, input);
  const curation = asStated ? null : await programmeCuration(loaded, datasets, input);
  const trained = withCuration(loaded, datasets, curation);
  onStep("choosing the method");
  const method = await programmeMethod(trained.loaded, { on, datasets: trained.datasets });
  onStep("searching a fleet, estimating memory, time and cost of training");
  const objective = mainObjective(loaded.programme.training);
  const options = { datasets: trained.datasets, method: method.method, objective, maxGpus, calibration };
  const training = await trainingEstimate(trained.loaded, on, options);
  return { datasets, curation, method, training };
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
