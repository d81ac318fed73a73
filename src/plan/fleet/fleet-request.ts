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

/** Price of a GPU-hour, and what is weak about it. */
export type FleetPrice = { usd: Quantity; note: PriceNote | undefined };

/** What a search over every fleet starts from. */
export type FleetRequest = {
  shape: ModelShape;
  /** The run: its batch per GPU and optimizer step is kept, and what it says of sharding where that is not `auto`. */
  spec: RunSpec;
  volume: TrainVolume;
  /** Measurements that correct the estimates; default: the published ones. */
  calibration?: Calibration | undefined;
  gpus: readonly Gpu[];
  terms: readonly Term[];
  priceOf: (gpuId: string, term: Term) => FleetPrice;
  spot: SpotFacts;
  /** Rates of what a run takes in addition to its steps. */
  assumption: (id: string) => Assumption;
  maxGpus: number;
  /** A number of GPUs that is tried in addition to those that a search tries: the one that a plan states. */
  statedGpus?: number | undefined;
  /** Sequences of an optimizer step over all GPUs; by default a step has as many per GPU as the spec, on any number. */
  globalBatch?: number | undefined;
  rank: FleetRank;
  deadlineHours?: number | undefined;
  /** Decimal string. */
  budgetUsd?: string | undefined;
  /** Estimate fleets of GPUs without a price, too. */
  listUnpriced?: boolean | undefined;
  /** List every rejected candidate, not only their number. */
  listRejected?: boolean | undefined;
};
