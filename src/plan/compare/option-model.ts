import type { OptionKind } from "../../domain/comparison.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** What an option costs in one month at one volume, US dollars, in one draw. */
export type MonthCost = {
  usd: number;
  /** Of that, what pays for capacity which nobody uses. */
  idleUsd: number;
  /** Replicas, spare ones with them; 0 where the seller bills by the token. */
  replicas: number;
  /** Output tokens of the month over those that the replicas could give; 0 where there are none. */
  usedShare: number;
  /** Requests that wait for a cold start. */
  coldStarts: number;
};

/**
 * How the cost of an option follows from the volume, in US dollars a month: `fixed + volume × perVolume`, and of replicas
 * also `replicas × perReplica`, at least one, each carrying the volume `carries`. Volume 1 is the month of traffic.
 */
export type CostLine =
  | { kind: "linear"; fixedUsd: number; usdPerVolume: number }
  | { kind: "steps"; fixedUsd: number; usdPerVolume: number; usdPerReplica: number; carries: number };

/** One way to serve the traffic, before it is drawn. */
export type OptionModel = {
  id: string;
  kind: OptionKind;
  label: string;
  servesTuned: boolean;
  /** Cost of a month at a volume, serving alone: people and maintenance are counted in addition to it. */
  cost: (volume: number, x: Read) => MonthCost;
  /** The cost as a line or as steps; undefined where it is neither. */
  line: ((x: Read) => CostLine) | undefined;
  /** What more volume costs where a replica is as full as it gets, US dollars per volume. */
  usdPerVolume: (x: Read) => number;
  /** Price of a GPU-hour; undefined where the seller bills by the token. */
  usdPerGpuHour?: Estimate | undefined;
  /** Its capacity is replicas that are paid by the hour. */
  hasReplicas: boolean;
  /** One's own people keep it up. */
  needsPeople: boolean;
  /** Its price moves as those of APIs do; that of GPUs is held. */
  isApi: boolean;
  basis: string[];
  notes: string[];
};

/** An option that has no price or no capacity: named, never costed. */
export type RefusedOption = Pick<OptionModel, "id" | "kind" | "label" | "servesTuned"> & {
  refused: string;
  hint: string;
};

/** The kind of an API's price. */
export function apiKind({ tunedFrom, sellerClass }: Pick<ApiPrice, "tunedFrom" | "sellerClass">): OptionKind {
  if (tunedFrom !== null) return "fine-tuned-api";
  return sellerClass === "open-weight-host" ? "open-weight-host" : "api";
}
