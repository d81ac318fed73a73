import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findGpu } from "../../src/catalog/gpus.ts";
import { type ExpertFormat, expertsSec } from "../../src/catalog/kernel-experts.ts";
import { parseCsv } from "../../src/base/csv.ts";
import { readTsv } from "./read-tsv.ts";

const number = (row: Record<string, string>, name: string): number => Number(row[name]);

describe("times of routed experts", () => {
  test.each(readTsv("kernel-experts.tsv"))(
    "are those published: $gpu $format, $total experts of $mlp over $split, $tokens tokens: $microsec us",
    (row) => {
      const [hidden, mlp, active, total, split, tokens] = ["hidden", "mlp", "active", "total", "split", "tokens"].map(
        (name) => number(row, name),
      ) as [number, number, number, number, number, number];
      const layer = { hidden, mlp, active, total, split, spread: 1, tokens };
      const sec = expertsSec({ gpu: findGpu(row["gpu"]!), format: row["format"] as ExpertFormat, ...layer });
      // Token counts that are not powers of four lie between two that are kept.
      const isKept = Number.isInteger(Math.log2(tokens) / 2);
      expect(Math.abs((sec * 1e6) / number(row, "microsec") - 1)).toBeLessThan(isKept ? 0.01 : 0.3);
    },
  );

  test("are within 6 % of the median published row, and of a layer that the tables lack within 25 %", () => {
    const path = new URL("../../src/catalog/data/kernels/experts/errors.csv", import.meta.url);
    const { rows } = parseCsv(readFileSync(path, "utf8"), "errors.csv");
    expect(rows.length).toBeGreaterThan(20);
    for (const { fields } of rows) {
      expect(Number(fields["median"]), JSON.stringify(fields)).toBeLessThan(6);
      expect(Number(fields["unseen_median"]), JSON.stringify(fields)).toBeLessThan(25);
    }
  });

  test("read each expert that is touched once: more tokens take longer, but few times as many not as many times", () => {
    const gpu = findGpu("H100-80GB-SXM");
    const of = (tokens: number): number =>
      expertsSec({ gpu, format: "bf16", hidden: 2048, mlp: 768, active: 8, total: 128, split: 1, spread: 1, tokens });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 2, max: 4 }), (tokens, times) => {
        expect(of(tokens * times)).toBeGreaterThan(of(tokens) * 0.98);
        expect(of(tokens * times)).toBeLessThan(of(tokens) * times * 1.02);
      }),
    );
  });

  test("of a card without a table are those of its stand-in, held to its own bandwidth", () => {
    const layer = { hidden: 2048, mlp: 768, active: 8, total: 128, split: 1, spread: 1, tokens: 16 } as const;
    const of = (gpu: string): number => expertsSec({ gpu: findGpu(gpu), format: "bf16", ...layer });
    expect(of("H100-80GB-PCIe") / of("H100-80GB-SXM")).toBeGreaterThan(1.2);
    expect(of("H100-80GB-PCIe") / of("H100-80GB-SXM")).toBeLessThan(3.35 / 2 + 0.01);
  });
});
