import { describe, expect, test } from "vitest";

import { spread } from "../../../src/base/quantile.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { memoryPhysics } from "../../../src/plan/memory/memory.ts";
import { hardwareFlopsPerToken } from "../../../src/plan/speed/flops.ts";
import { tracedPass, traceTerms } from "../../../src/programme/trace/trace-terms.ts";
import { readTraces } from "./read-traces.ts";

const GIB = 2 ** 30;
const gpu = findGpu("H100-80GB-SXM");

/** Every traced run that the closed form answers, with both peaks. */
const ROWS = readTraces("traces.tsv").flatMap(({ id, model, run, counts }) => {
  const shape = findModel(model);
  const spec = RunSpec.parse({ model: shape.id, gpu: gpu.id, ...run });
  const formula = memoryPhysics({ shape, spec, gpu });
  if ("refused" in formula) return [];
  const peak = Math.max(...counts.instants.map(({ bytes }) => bytes));
  const flops = (counts.matrixFlops + counts.attentionFlops) / counts.tokens;
  return [
    {
      id,
      spec,
      terms: traceTerms(counts, formula),
      peakError: Math.abs((formula.gib.allocated * GIB) / peak - 1),
      flopsError: Math.abs(hardwareFlopsPerToken(shape, tracedPass(spec)) / flops - 1),
    },
  ];
});

describe("the closed form against traces of real steps (bench/trace-formula.bench.mjs prints each term)", () => {
  test("there are a dozen architectures and more among them", () => {
    expect(new Set(ROWS.map(({ spec }) => spec.model)).size).toBeGreaterThanOrEqual(12);
    expect(ROWS.length).toBeGreaterThan(50);
  });

  test("its peak is off by less than 1 % at the median and less than 5 % for nine in ten", () => {
    const { p50, p90 } = spread(ROWS.map(({ peakError }) => peakError));
    expect(p50).toBeLessThan(0.01);
    expect(p90).toBeLessThan(0.05);
  });

  test("weights, gradients and optimizer state of full training are off by less than 1 %", () => {
    const rows = ROWS.filter(({ spec }) => spec.method === "full" && spec.optimizer === "adamw");
    const step = rows.flatMap(({ terms }) => terms.filter(({ term }) => term === "optimizer step"));
    expect(step.length).toBeGreaterThan(12);
    const errors = step.map(({ tracedBytes, formulaBytes }) => Math.abs(formulaBytes / tracedBytes - 1));
    expect(spread(errors).p90).toBeLessThan(0.01);
  });

  test("its FLOPs per token are off by less than 1 % for nine in ten", () => {
    expect(spread(ROWS.map(({ flopsError }) => flopsError)).p90).toBeLessThan(0.01);
  });
});
