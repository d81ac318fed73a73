import type { Refusal } from "../../domain/estimate.ts";
import type { ServingQuantity } from "./serving-columns.ts";
import type { ServingRow } from "./serving-row.ts";
import type { Statistic } from "./serving-statistic.ts";

/** A measured quantity of one row of a file, and the operating point that it was measured at, or why there is none. */
export type ServingMeasurement = {
  id: string;
  line: number;
  /** Source of the row: its `source`, else the letters before the number of its id. */
  source: string;
  quantity: ServingQuantity;
  /** Little's law of the row's three figures; null where it lacks one, or holds no closed loop. */
  littleResidual: number | null;
} & (
  | {
      /** Of all GPUs of the row together. */
      measured: number;
      /** What a latency is of its requests; of a throughput the mean. */
      statistic: Statistic;
      row: ServingRow | Refusal;
    }
  | { rejected: string }
);
