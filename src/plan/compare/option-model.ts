import type { OptionKind } from "../../domain/comparison.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** Cost of an option in one month at one volume, US dollars, in one draw. */
export type MonthCost = {
  usd: number;
  /** Part that pays for unused capacity. */
  idleUsd: number;
  /** Replicas, including spare ones; 0 if the seller bills by the token. */
  replicas: number;
  /** Output tokens of the month divided by the capacity of the replicas; 0 without replicas. */
  usedShare: number;
  /** Number of requests that wait for a cold start. */
  coldStarts: number;
};

/**
 * Cost of an option by volume, in US dollars per month: `fixed + volume × perVolume`. With replicas, add `replicas ×
 * perReplica`, at least one, each of which serves the volume `carries`. Volume 1 is the month of traffic.
 */
export type CostLine =
  | { kind: "linear"; fixedUsd: number; usdPerVolume: number }
  | { kind: "steps"; fixedUsd: number; usdPerVolume: number; usdPerReplica: number; carries: number };

/** One way to serve the traffic, before sampling. */
export type OptionModel = {
  id: string;
  kind: OptionKind;
  label: string;
  servesTuned: boolean;
  /** Cost of a month at a volume, for serving only, without people and maintenance. */
  cost: (volume: number, x: Read) => MonthCost;
  /** The cost as a linear or step function; undefined if it is neither. */
  line: ((x: Read) => CostLine) | undefined;
  /** Marginal cost of volume with full replicas, US dollars per volume. */
  usdPerVolume: (x: Read) => number;
  /** Price of a GPU-hour; undefined if the seller bills by the token. */
  usdPerGpuHour?: Estimate | undefined;
  /** True if its capacity consists of replicas paid by the hour. */
  hasReplicas: boolean;
  /** Price of a seller who bills by the token; undefined if there is none, or it is not named. */
  price?: ApiPrice | undefined;
  /** True if your own people operate it. */
  needsPeople: boolean;
  /** True if its price declines like API prices; GPU prices are constant. */
  isApi: boolean;
  /** Part of `cost` that is labour of today: it depends on neither API prices nor traffic. US dollars a month; default: none. */
  constantUsd?: number | undefined;
  basis: string[];
  notes: string[];
};

/** An option without a price or a capacity: listed but not costed. */
export type RefusedOption = Pick<OptionModel, "id" | "kind" | "label" | "servesTuned"> & {
  refused: string;
  hint: string;
};

/** Kind of option for an API price. */
export function apiKind({ tunedFrom, sellerClass }: Pick<ApiPrice, "tunedFrom" | "sellerClass">): OptionKind {
  if (tunedFrom !== null) return "fine-tuned-api";
  return sellerClass === "open-weight-host" ? "open-weight-host" : "api";
}
