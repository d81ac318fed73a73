import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseCsv } from "../../../src/base/csv.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { readTraces } from "./read-traces.ts";

const MEASUREMENTS = new URL("../../../../shared/data/training/measurements.csv", import.meta.url);
const GIB = 2 ** 30;

/**
 * Bytes per logit that the loss of 2024 held beyond that of the traced libraries: bf16 logits until it was over in Mistral's
 * code; none of the fp32 ones in GPT-BigCode's, 8 where today has 12.
 */
const AGE_BYTES: Readonly<Record<string, number>> = {
  "mistralai/Mistral-7B-v0.1": 2,
  "bigcode/gpt_bigcode-santacoder": -4,
};

/** Published runs without fused kernels: fms-acceleration, one A100, allocated memory. */
const PLAIN = ["fms-001", "fms-003", "fms-009", "fms-011", "fms-033", "fms-035"];

describe.skipIf(!existsSync(MEASUREMENTS))(
  "a trace comes to what was measured (../shared/data/training is here)",
  () => {
    const rows = existsSync(MEASUREMENTS) ? parseCsv(readFileSync(MEASUREMENTS, "utf8"), "measurements.csv").rows : [];
    const measured = new Map(rows.map(({ fields }) => [fields["id"]!, Number(fields["peak_mem_gib"])]));
    const traces = new Map(readTraces("measured.tsv").map((row) => [row.id, row]));

    test.each(PLAIN)("%s, within 3 %, the age of its loss counted", (id) => {
      const { model, counts } = traces.get(id)!;
      const age = AGE_BYTES[model]! * counts.tokens * findModel(model).vocab;
      const peak = Math.max(...counts.instants.map(({ instant, bytes }) => bytes + (instant === "loss" ? age : 0)));
      expect(Math.abs(peak / GIB / measured.get(id)! - 1)).toBeLessThan(0.03);
    });
  },
);
