import { expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { calibrateServing } from "../../../src/plan/serve-check/calibrate-serving.ts";

const HEADER =
  "id,source,engine,model,precision,gpu,n_gpus,tp,load,concurrency,input_len,output_len,output_tokens_per_s_total,ttft_ms,tpot_ms";
const point = (id: string, source: string, tpot: number): string =>
  `${id},${source},vLLM 0.10.0,Llama-3.1-8B,BF16,H100-80GB-SXM,1,1,closed-loop,8,1000,200,1000,60,${tpot}`;

const residuals = (...lines: string[]): ReturnType<typeof calibrateServing> =>
  calibrateServing(parseRaggedCsv([HEADER, ...lines].join("\n"), "points.csv"), { findModel, findGpu });

test("a point is as far from what is computed as its logarithm says, in the cell of its kind", () => {
  const [fast, slow] = [8, 16].map((tpot) =>
    residuals(point("a-1", "a", tpot)).find(({ quantity }) => quantity === "tpotMs")!,
  );
  expect(fast!.facets).toEqual({
    engine: "vllm",
    era: "v1",
    age: "engines since 2025",
    model: "meta-llama/Llama-3.1-8B",
    gpu: "H100-80GB-SXM",
    generation: "hopper",
    weights: "bf16",
    experts: "dense",
    load: "live",
  });
  expect(slow!.logRatios[0]! - fast!.logRatios[0]!).toBeCloseTo(Math.LN2, 2);
  expect(Math.abs(fast!.logRatios[0]!)).toBeLessThan(0.4);
});

test("what stands in a file twice counts once, and what another source measured apart", () => {
  const twice = residuals(point("a-1", "a", 8), point("a-2", "a", 8), point("a-3", "a", 9), point("b-1", "b", 8));
  expect(twice.filter(({ quantity }) => quantity === "tpotMs").map(({ source, n }) => [source, n])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});

test("a row of which a fact is missing calibrates nothing", () => {
  expect(residuals("x-1,x,vLLM 0.10.0,Llama-3.1-8B,BF16,H100-80GB-SXM,1,1,closed-loop,,1000,200,1000,60,8")).toEqual(
    [],
  );
});
