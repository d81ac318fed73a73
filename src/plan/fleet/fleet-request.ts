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
  /** The run: its batch per GPU and optimizer step is kept, and its sharding if it is not `auto`. */
  spec: RunSpec;
  volume: TrainVolume;
  /** Measurements that calibrate the estimates; default: the published ones. */
  calibration?: Calibration | undefined;
  gpus: readonly Gpu[];
  terms: readonly Term[];
  priceOf: (gpuId: string, term: Term) => FleetPrice;
  spot: SpotFacts;
  /** Rates of the overhead of a run. */
  assumption: (id: string) => Assumption;
  maxGpus: number;
  /** Largest number of GPUs of a kind, if the user's own are fewer; default: `maxGpus`. */
  ownedGpus?: ReadonlyMap<string, number> | undefined;
  /** A GPU count to try in addition to the usual ones: the one stated by a plan. */
  statedGpus?: number | undefined;
  /** Sequences of an optimizer step over all GPUs; default: as many per GPU as the spec, for any count. */
  globalBatch?: number | undefined;
  rank: FleetRank;
  deadlineHours?: number | undefined;
  /** Decimal string. */
  budgetUsd?: string | undefined;
  /** Also estimate fleets of GPUs without a price. */
  listUnpriced?: boolean | undefined;
  /** List all rejected candidates instead of only their number. */
  listRejected?: boolean | undefined;
};
