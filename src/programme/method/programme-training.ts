import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { curationOf, withCuration } from "../curation/curation.ts";
import { programmeMethod, type ProgrammeMethod } from "./programme-method.ts";
import { mainObjective } from "../reading/main-method.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { scanDatasets } from "../data/scan-datasets.ts";
import { type TrainingEstimate, trainingEstimate } from "../training-plan/training-estimate.ts";

/** What an estimate of a programme takes from outside: the day of the prices, and how its files are scanned. */
export type TrainingInput = {
  /** YYYY-MM-DD. */
  on: string;
  /** Count the tokens of every row. */
  exact?: boolean;
  seed?: number;
  /** Folder of the local Hub cache, where the base model's tokenizer may lie. */
  hubCache?: string | undefined;
  onStep?: (step: string, fraction?: number) => void;
  /** Take mean tokens as the programme states them: nothing is scanned. */
  asStated?: boolean;
  /** Most GPUs of a fleet that is searched. */
  maxGpus?: number | undefined;
  /** Measurements in place of those of the folder's `calibration.json`. */
  calibration?: Calibration | undefined;
};

/** The files of a programme as scanned, the ranking of methods, and the run of the method that is costed. */
export type ProgrammeTraining = {
  datasets: DatasetProfile[];
  /** The last run of the pipeline, whose rows take the place of the files that it read where it is used. */
  curation: StudyCuration | null;
  method: ProgrammeMethod;
  training: TrainingEstimate;
};

/**
 * Scans the files of a programme, chooses its method and estimates its run: the one way from a programme to its
 * training, so that every command gives the same numbers for it.
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

/** The last run of a programme's pipeline, with progress as steps; null where there was none. */
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

/** The files of a programme as scanned, with progress as steps. */
export function programmeDatasets(loaded: LoadedProgramme, input: TrainingInput): Promise<DatasetProfile[]> {
  const { exact = false, seed = 1, hubCache, onStep = () => undefined } = input;
  return scanDatasets(loaded, { exact, seed, hubCache, onProgress: scanStep(onStep) });
}
