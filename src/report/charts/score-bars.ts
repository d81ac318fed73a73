import * as Plot from "@observablehq/plot";

import { COLOR } from "./draw.ts";

/** Plain bars for `labelledBars`, one per row. */
export function countBars(counts: readonly number[]): Plot.Markish[] {
  const rows = counts.map((count, row) => ({ count, row }));
  return [Plot.barX(rows, { x: "count", y: "row", fill: COLOR.main, insetTop: 3, insetBottom: 3 })];
}
