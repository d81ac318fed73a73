import { Failure } from "../../base/failure.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { BaseModelFacts } from "../../domain/watch-migration.ts";
import { costsOf } from "../cost/programme-costs.ts";
import { programmeTraining } from "../method/programme-training.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { servingSize } from "../serving/serving-size.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";

/** Settings for examining a base model. */
export type BaseReading = {
  on: string;
  hubCache?: string | undefined;
  onStep?: (step: string, fraction?: number) => void;
};

/**
 * Cost, time and hardware of a base model, and the cost of the programme with it; undefined if it cannot be planned.
 */
export type ReadBase = { facts: BaseModelFacts; cost: ProgrammeCost | undefined };

/**
 * Training, serving and cost of a programme on its base model. Parts that cannot be planned are reported, not thrown.
 */
export async function baseFacts(loaded: LoadedProgramme, shape: ModelShape, reading: BaseReading): Promise<ReadBase> {
  const problems: string[] = [];
  const tried = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const training = await tried("training", async () => (await programmeTraining(loaded, { ...reading })).training);
  const size = await tried("serving", async () => (await servingSize(loaded, { shape, ...reading })).size);
  const cost =
    training === undefined || size === undefined
      ? undefined
      : await tried("cost", async () => costsOf(loaded, training, { ...reading, size }).cost);
  if (size !== undefined && size.sized === undefined) {
    problems.push(`serving: ${size.unknown ?? "its load is not stated, or the programme states a range for it"}`);
  }
  return {
    facts: {
      model: shape.id,
      released: shape.released,
      licence: shape.licence,
      paramCount: shape.paramCount,
      context: shape.context,
      vocab: shape.vocab,
      attention: shape.attention,
      training:
        training === undefined
          ? null
          : {
              fleet: `${training.spec.gpuCount} x ${training.gpu.id}`,
              memoryGib: training.memory.device,
              hoursPerRun: training.hoursPerRun,
              costPerRun: training.costPerRun,
            },
      serving:
        size?.sized === undefined
          ? null
          : {
              fleet: `${size.gpuCount} x ${size.gpu.id}`,
              replicas: size.sized.replicas.planned,
              requestsPerSec: size.sized.capacity.requestsPerSec,
              usdPerMonth: size.sized.usdPerMonth,
            },
      problems: [
        ...problems,
        ...(training !== undefined && isRefusal(training.costPerRun) ? ["the cost of a run is unknown"] : []),
      ],
    },
    cost,
  };
}
