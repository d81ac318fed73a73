import { formatNumber, formatRange, formatUsd } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { FleetCandidate, UnpricedFleet } from "../../domain/fleet-search.ts";
import { layoutText } from "./fleet-layout.ts";
import { batchText } from "./rejected-fleets.ts";

/** Columns of every fleet, priced or not: its layout and estimates. */
const RUN_COLUMNS: readonly {
  head: string;
  align?: "right";
  cell: (fleet: FleetCandidate | UnpricedFleet) => string;
}[] = [
  { head: "split", cell: layoutText },
  { head: "micro-batch", cell: batchText },
  {
    head: "measured by",
    align: "right",
    cell: ({ speedSources, vendorSpeedSources }) => `${speedSources} of ${vendorSpeedSources}`,
  },
  { head: "GiB per GPU", align: "right", cell: ({ memory }) => rangeText(memory) },
  { head: "wall hours", align: "right", cell: ({ hours }) => rangeText(hours) },
];

/** Columns of the options of a search; ranges are p10–p90. */
export const FLEET_COLUMNS: readonly { head: string; align?: "right"; cell: (option: FleetCandidate) => string }[] = [
  { head: "fleet", cell: ({ gpuCount, gpu, notes }) => `${gpuCount} × ${gpu}${notes.length > 0 ? " *" : ""}` },
  { head: "term", cell: ({ term }) => term },
  ...RUN_COLUMNS,
  { head: "USD/GPU-h", align: "right", cell: ({ usdPerGpuHour }) => rangeText(usdPerGpuHour, formatUsd) },
  { head: "USD per run", align: "right", cell: ({ cost }) => rangeText(cost, formatUsd) },
];

/** Columns of the fleets without a price. */
export const UNPRICED_COLUMNS: readonly { head: string; align?: "right"; cell: (fleet: UnpricedFleet) => string }[] = [
  { head: "without a price", cell: ({ gpuCount, gpu }) => `${gpuCount} × ${gpu}` },
  ...RUN_COLUMNS,
  { head: "GPU-hours", align: "right", cell: ({ gpuHours }) => rangeText(gpuHours) },
  {
    head: "break-even USD/GPU-h",
    align: "right",
    cell: ({ breakEvenUsdPerGpuHour: usd }) => (usd === null || isRefusal(usd) ? "" : formatUsd(usd.p50)),
  },
];

/** The mark of an option: on the front, on the front of the less certain options, or neither. */
export function frontMark({ onFront, isLessSure }: FleetCandidate): string {
  if (!onFront) return "";
  return isLessSure ? "○" : "●";
}

function rangeText(quantity: Quantity, format: (value: number) => string = formatNumber): string {
  return isRefusal(quantity) ? "unknown" : formatRange(quantity.p10, quantity.p90, format);
}
