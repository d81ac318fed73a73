import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { servingMeasurements } from "../../../src/plan/serve-check/serving-measurements.ts";
import { MEASURED_POINT, pointsCsv } from "./measured-points.ts";
import { lawRuns } from "../../law-runs.ts";

const catalogue = { findModel, findGpu };
const COLUMNS = Object.keys(MEASURED_POINT).filter((column) => column !== "notes");

/** Text as people and tools leave it in a cell: words of the readers, numbers of all kinds, and noise. */
const cell = fc.oneof(
  fc.constantFrom("", "NaN", "inf", "-1", "0", "1e400", "0x10", "1,5", "max", "∞", "null", "#REF!", "TP8 PP4 EP64 DP2"),
  fc.constantFrom(
    "999999 req/s",
    "64 (per GPU)",
    "1-0",
    "8192-1",
    "~ (+-900%)",
    "0±5",
    "FP8 (KV",
    "likely",
    "9P0D",
    "0 prefill x 0 decode",
  ),
  fc.constantFrom(
    "mean acceptance length 0.2; EAGLE",
    "max_num_seqs=0",
    "range-ratio 7",
    "actual out tokens/request 0",
    "p95",
  ),
  fc.double().map(String),
  fc.stringMatching(/^[ -~]{0,60}$/),
);

test("whatever stands in a cell, each value is measured or rejected with words, and what is read can be served", () => {
  fc.assert(
    fc.property(fc.constantFrom(...COLUMNS), cell, (column, text) => {
      const file = parseRaggedCsv(pointsCsv([{ [column]: text }]), "points.csv");
      for (const each of servingMeasurements(file, catalogue).measurements) {
        if ("rejected" in each) {
          expect(each.rejected).not.toBe("");
          continue;
        }
        expect(each.measured).toBeGreaterThan(0);
        if ("refused" in each.row) {
          expect(each.row.refused).not.toBe("");
          continue;
        }
        const { run, replicas, gpus } = each.row;
        const sizes = [run.tensorParallel, run.pipelineParallel, run.expertParallel, replicas, gpus];
        for (const size of sizes) expect(Number.isInteger(size) && size >= 1, `${column}: ${text}`).toBe(true);
        for (const { mean, cv } of [run.inputTokens, run.outputTokens])
          expect(mean > 0 && cv >= 0 && Number.isFinite(mean + cv), `${column}: ${text}`).toBe(true);
      }
    }),
    { numRuns: lawRuns(400), seed: 20_261_125 },
  );
});
