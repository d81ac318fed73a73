import type { PriceNote } from "../../catalog/price-note.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { FleetRank } from "../../domain/fleet-search.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Term } from "../../domain/price.ts";
import type { RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import type { Calibration } from "../calibration/calibration.ts";
import type { SpotFacts } from "./spot.ts";

/** Price of a GPU-hour, and the reason why it is weak, if it is. */
export type FleetPrice = { usd: Quantity; note: PriceNote | undefined };

/** Input of a search over all fleets. */
export type FleetRequest = {
  shape: ModelShape;
  /** The run. Its batch per GPU and optimizer step is kept, and so is its sharding unless it is `auto`. */
  spec: RunSpec;
  volume: TrainVolume;
  /** Measurements that calibrate the estimates; default: the published ones. */
  calibration?: Calibration | undefined;
  gpus: readonly Gpu[];
  terms: readonly Term[];
  priceOf: (gpuId: string, term: Term) => FleetPrice;
  spot: SpotFacts;
  /** Returns an assumption by id, for the overhead rates of a run. */
  assumption: (id: string) => Assumption;
  maxGpus: number;
  /** Maximum number of GPUs of a kind, if the user owns fewer; default: `maxGpus`. */
  ownedGpus?: ReadonlyMap<string, number> | undefined;
  /** A GPU count to try in addition to the usual ones: the count that a plan states. */
  statedGpus?: number | undefined;
  /** Sequences per optimizer step over all GPUs; default: as many per GPU as in the spec, at any count. */
  globalBatch?: number | undefined;
  rank: FleetRank;
  deadlineHours?: number | undefined;
  /** Decimal string. */
  budgetUsd?: string | undefined;
  /** True to estimate fleets of GPUs without a price as well. */
  listUnpriced?: boolean | undefined;
  /** True to list all rejected candidates instead of only their number. */
  listRejected?: boolean | undefined;
};
