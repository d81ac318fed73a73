import type { Refusal } from "../../domain/estimate.ts";
import type { ServingQuantity } from "./serving-columns.ts";
import type { ServingRow } from "./serving-row.ts";
import type { Statistic } from "./serving-statistic.ts";

/** A measured quantity of one row of a file with its operating point, or the reason why there is none. */
export type ServingMeasurement = {
  id: string;
  line: number;
  /** Source of the row: its `source`, or the letters of its id before the number. */
  source: string;
  quantity: ServingQuantity;
  /** Residual of Little's law; null if one of the three figures is missing, or the row is not a closed loop. */
  littleResidual: number | null;
} & (
  | {
      /** Over all GPUs of the row. */
      measured: number;
      /** Statistic of a latency; for a throughput the mean. */
      statistic: Statistic;
      row: ServingRow | Refusal;
    }
  | { rejected: string }
);
