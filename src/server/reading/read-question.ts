import type { GpuPrice } from "../../domain/price.ts";
import type { StoreLocation } from "../../store/open-store.ts";
import type { Caller } from "../access/access.ts";

/** Input of a thread. */
export type ReadThreadData = {
  location: StoreLocation;
  /** Price book of each programme. */
  prices: Readonly<Record<string, readonly GpuPrice[]>>;
  programmes: readonly string[];
  programmeDirs: readonly string[];
  instance: string;
  version: string;
};

/** An admitted request. */
export type ReadQuestion = {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: ArrayBuffer | null;
  caller: Caller;
};

/** Its response, and the lines to log. */
export type ReadAnswer = { status: number; headers: [string, string][]; body: ArrayBuffer; log: string[] };
