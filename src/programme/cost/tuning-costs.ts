import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { TuningCost } from "../../plan/compare/compare.ts";
import { drawnTuning } from "../../plan/payback/tuning-costs.ts";
import { programmeTraining } from "../method/programme-training.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * Launch cost and monthly maintenance of a programme, draw by draw, as in its study: training, data, evaluation,
 * people, retraining.
 *
 * @throws Failure as `programmeTraining`
 */
export async function tuningCosts(
  loaded: LoadedProgramme,
  options: {
    on: string;
    hubCache: string | undefined;
    seed: number;
    draws: number;
    onStep: (step: string, fraction?: number) => void;
  },
): Promise<TuningCost> {
  const { programme } = loaded;
  const { seed, draws } = options;
  const { training } = await programmeTraining(loaded, options);
  return drawnTuning({
    programme,
    assumption: assumptionsWith(programme.assumptions),
    training: training.facts,
    seed,
    draws,
  });
}
