import { describe, expect, test } from "vitest";

import type { RowText } from "../../../src/plan/check/row-text.ts";
import { servingEngine } from "../../../src/plan/serve-check/serving-engine.ts";
import { servingEra } from "../../../src/plan/serve-check/serving-era.ts";
import { servingExtras } from "../../../src/plan/serve-check/serving-extras.ts";
import { servingLengths } from "../../../src/plan/serve-check/serving-lengths.ts";
import { servingLoad } from "../../../src/plan/serve-check/serving-load.ts";
import { servingPrecision } from "../../../src/plan/serve-check/serving-precision.ts";
import { servingStatistic } from "../../../src/plan/serve-check/serving-statistic.ts";

const textOf =
  (fields: Record<string, string>): RowText =>
  (column) =>
    fields[column] ?? "";

describe("an engine and its version class", () => {
  test.each([
    ["vLLM v0.5.3.post1", "vllm", "2024"],
    ["vllm==0.7.2", "vllm", "v0"],
    ["vLLM 0.8.5", "vllm", "v1"],
    ["vllm-openai:v0.10.1", "vllm", "v1"],
    ["vLLM 1.0", "vllm", "v1"],
    ["vLLM", "vllm", undefined],
    ["Dynamo 0.4 (vLLM 0.10.0)", "vllm", "v1"],
    ["llm-d with vLLM", "vllm", undefined],
    ["SGLang v0.4.6", "sglang", undefined],
    ["sgl lang", "", undefined],
    ["TensorRT-LLM 0.12.0", "tensorrt-llm", "2024"],
    ["TRT-LLM v0.20", "tensorrt-llm", "1.0"],
    ["TensorRT-LLM 1.2.0rc6", "tensorrt-llm", "1.1"],
    ["trtllm-serve 1.1", "tensorrt-llm", "1.0"],
    ["TensorRT 10.8; CUDA 12.8", "tensorrt-llm", "in-process"],
    ["NIM 1.8.0", "tensorrt-llm", "1.0"],
    ["NIM 1.12 (vLLM 0.9)", "vllm", "v1"],
    ["llama.cpp b4000", "", undefined],
    ["vLLM and SGLang", "", undefined],
    ["", "", undefined],
  ])("%s", (engine, name, era) => {
    const read = servingEngine(textOf({ engine }));
    expect("refused" in read ? "" : read.name).toBe(name);
    if (!("refused" in read)) expect(servingEra(read)).toBe(era);
  });

  test("a day next to a name without a version tells the class", () => {
    const era = (engine: string, extra_facts: string): string | undefined => {
      const read = servingEngine(textOf({ engine, extra_facts }));
      return "refused" in read ? read.refused : servingEra(read);
    };
    expect(era("trtllm", "measured=2025-08-30T02:11")).toBe("1.0");
    expect(era("trtllm", "measured=2026-01-30T02:11")).toBe("1.1");
    expect(era("vLLM", "static batch; 2024 engine versions")).toBe("2024");
    expect(era("vLLM", "measured=2026-01-30")).toBeUndefined();
  });
});

describe("precision of weights and cache", () => {
  test.each([
    ["FP16", "llama-8b", "vLLM", "bf16", "bf16"],
    ["bfloat16", "llama-8b", "vLLM", "bf16", "bf16"],
    ["BF16/UNSPECIFIED", "llama-8b", "trtllm 1.0", "bf16", "bf16"],
    ["", "Llama-3.1-8B-Instruct-FP8", "vLLM", "fp8", "bf16"],
    ["", "nvidia/Llama-3.3-70B-Instruct-NVFP4", "trtllm 1.0", "fp4", "fp8"],
    ["not stated", "openai/gpt-oss-20b", "vLLM", "fp4", "bf16"],
    ["FP8", "GPT-OSS-120B", "trtllm 1.0", "fp4", "fp8"],
    ["", "deepseek-ai/DeepSeek-R1-0528", "SGLang", "fp8", "bf16"],
    ["", "DeepSeek-R1-Distill-Llama-70B", "SGLang", "bf16", "bf16"],
    ["BF16 (KV FP8)", "llama-8b", "vLLM", "bf16", "fp8"],
    ["MXFP4 (KV FP8 skip-SW)", "gpt-oss-120b", "vLLM", "fp4", "fp8"],
    ["FP8 (KV BF16)", "llama-8b", "TensorRT-LLM 0.9", "fp8", "bf16"],
    ["FP8 W8A8", "llama-8b", "vLLM", "fp8", "bf16"],
    ["W4A16 (AWQ)", "qwen-32b", "vLLM", "int4", "bf16"],
    ["GPTQ-Int4", "qwen-32b", "vLLM", "int4", "bf16"],
    ["W8A16", "llama-8b", "vLLM", "int8", "bf16"],
    ["FP16? (metadata weight_data_types; so likely FP8)", "Llama-2-70B", "TensorRT 10.2", "fp8", "fp8"],
  ])("%s of %s in %s is %s with a cache in %s", (precision, model, ...[engine, weights, kv]) => {
    const name = servingEngine(textOf({ engine }));
    if ("refused" in name) throw new Error(name.refused);
    expect(servingPrecision(textOf({ precision, model }), name)).toMatchObject({ weights, kv });
  });

  test.each(["W8A8", "W4A8", "FP32", "FP6", "ternary"])("%s is refused", (precision) => {
    expect(servingPrecision(textOf({ precision, model: "llama-8b" }), { name: "vllm" })).toHaveProperty("refused");
  });
});

describe("lengths", () => {
  test.each([
    ["1024", 1024, 0],
    ["1024.0", 1024, 0],
    ["2,048", 2048, 0],
    ["8k", 8192, 0],
    ["128 tokens", 128, 0],
    ["~216 (ShareGPT)", 216, 1],
    ["~20000 (+-15%)", 20000, 0.15 / Math.sqrt(3)],
    ["1024±10%", 1024, 0.1 / Math.sqrt(3)],
    ["512 ± 128", 512, 0.25],
    ["mean 512, std 128", 512, 0.25],
    ["128-512", 320, 384 / Math.sqrt(12) / 320],
    ["1024 (random)", 1024, 0],
    ["ShareGPT", 227, 1],
    ["205.8", 205.8, 1],
  ])("%s", (input_len, mean, cv) => {
    const read = servingLengths(textOf({ input_len, output_len: "256", engine: "vLLM" }));
    if ("refused" in read) throw new Error(read.refused);
    expect(read.input.mean).toBeCloseTo(mean, 6);
    expect(read.input.cv).toBeCloseTo(cv, 6);
  });

  test("the ratio of a random range means what each client means by it", () => {
    const mean = (engine: string): number => {
      const text = textOf({ input_len: "1000", output_len: "1000", engine, extra_facts: "random-range-ratio 0.5" });
      const read = servingLengths(text);
      return "refused" in read ? Number.NaN : read.input.mean;
    };
    expect([mean("vLLM 0.10"), mean("SGLang 0.5")]).toEqual([1000, 750]);
  });

  test.each(["", "short", "MLPerf dataset", "-5"])("%j is refused as a length", (input_len) => {
    expect(servingLengths(textOf({ input_len, output_len: "256", model: "Qwen3-8B" }))).toHaveProperty("refused");
  });
});

describe("loads", () => {
  test.each([
    ["64", "closed-loop", "server", { kind: "concurrency", requests: 64, sent: 512 }],
    ["256", "closed-loop", "server", { kind: "concurrency", requests: 256, sent: 1280 }],
    ["64", "", "interactive", { kind: "concurrency", requests: 64, sent: 512 }],
    ["64", "", "offline", { kind: "static-batch", requests: 64 }],
    ["64", "static-batch", "", { kind: "static-batch", requests: 64 }],
    ["512", "all-at-once", "offline", { kind: "all-at-once", requests: 512 }],
    ["c=32", "", "server", { kind: "concurrency", requests: 32, sent: 256 }],
    ["32 concurrent users", "", "server", { kind: "concurrency", requests: 32, sent: 256 }],
    ["32 users", "", "server", { kind: "concurrency", requests: 32, sent: 256 }],
    ["1000000", "closed-loop", "server", undefined],
    ["1000000 prompts at once", "", "server", undefined],
    ["8 req/s, 1000000 prompts", "open-loop", "server", { kind: "rate", perSec: 8 }],
    ["8192", "closed-loop", "server", { kind: "concurrency", requests: 8192, sent: 20000 }],
    ["64 per GPU", "", "server", { kind: "concurrency", requests: 64, sent: 512 }],
    ["320 prompts at once", "", "server", { kind: "all-at-once", requests: 320 }],
    ["16 req/s Poisson, 200 prompts", "open-loop", "server", { kind: "rate", perSec: 16, requests: 200 }],
    ["0.5 req/s", "open-loop", "server", { kind: "rate", perSec: 0.5, requests: 500 }],
    ["4 rps", "", "server", { kind: "rate", perSec: 4, requests: 500 }],
    ["QPS=10, 1,000 prompts", "", "server", { kind: "rate", perSec: 10, requests: 1000 }],
    ["2 requests per second", "", "server", { kind: "rate", perSec: 2, requests: 500 }],
    ["request_rate=inf, 500 prompts", "", "server", { kind: "all-at-once", requests: 500 }],
    ["max", "all-at-once", "offline", { kind: "saturation" }],
    ["", "saturation", "", { kind: "saturation" }],
    ["16", "open-loop", "server", undefined],
    ["", "", "server", undefined],
    ["lots", "", "server", undefined],
    ["0 req/s", "open-loop", "server", undefined],
  ])("%j with load %j, scenario %j", (concurrency, load, ...[scenario, expected]: [string, object | undefined]) => {
    const read = servingLoad(textOf({ concurrency, load, scenario, engine: "vLLM" }));
    if (expected === undefined) expect(read).toHaveProperty("refused");
    else expect(read).toEqual({ load: expected });
  });

  test.each([
    ["Poisson at max valid QPS, TPOT within 200 ms", 200],
    ["maximum valid rate, p99 TPOT <= 40ms", 40],
    ["max valid qps", undefined],
    ["max valid qps, TPOT within 0 ms", undefined],
  ])("a highest valid rate needs the limit of its latency: %s", (concurrency, tpotMs) => {
    const read = servingLoad(textOf({ concurrency, model: "Llama-2-70B", scenario: "server" }));
    if (tpotMs === undefined) expect(read).toHaveProperty("refused");
    else expect(read).toEqual({ load: { kind: "token-limit", tpotMs } });
  });
});

test.each([
  ["mean", "mean"],
  ["median", "p50"],
  ["P50", "p50"],
  ["p99", "p99"],
  ["", "mean"],
])("the statistic %j is %s", (tpot_statistic, expected) => {
  expect(servingStatistic(textOf({ tpot_statistic }), "tpot_statistic")).toBe(expected);
});

test("a statistic that is not estimated is refused", () => {
  expect(servingStatistic(textOf({ ttft_statistic: "p75" }), "ttft_statistic")).toHaveProperty("refused");
  const distorted = textOf({ extra_facts: "multi-step scheduling distorts TPOT" });
  expect(servingStatistic(distorted, "tpot_statistic")).toHaveProperty("refused");
  expect(servingStatistic(distorted, "ttft_statistic")).toBe("mean");
  const ofCard = (gpu: string): unknown =>
    servingStatistic(textOf({ gpu, extra_facts: "multi-step scheduling on MI300X distorts TPOT" }), "tpot_statistic");
  expect(ofCard("MI300X")).toHaveProperty("refused");
  expect(ofCard("H100-SXM5"), "what is said of another card").toBe("mean");
});

test("percentiles of the gaps between chunks are not those of TPOT, and their mean is", () => {
  const read = (tpot_statistic: string): unknown => servingStatistic(textOf({ tpot_statistic }), "tpot_statistic");
  expect(read("median ITL")).toHaveProperty("refused");
  expect(read("p99 inter-token latency")).toHaveProperty("refused");
  expect(read("mean ITL")).toBe("mean");
  expect(read("ITL")).toBe("mean");
});

describe("drafts and adapters", () => {
  test.each([
    ["", { adapters: { count: 0, rank: 0 } }],
    ["without speculative decoding; LoRA merged", { adapters: { count: 0, rank: 0 } }],
    ["8 LoRA adapters, rank 32", { adapters: { count: 8, rank: 32 } }],
    ["--max-loras 4", { adapters: { count: 4, rank: 16 } }],
    [
      "EAGLE-3, num_speculative_tokens=3, mean acceptance length 2.4",
      { adapters: { count: 0, rank: 0 }, speculation: { draftTokens: 3, acceptedPerStep: 1.4 } },
    ],
    [
      "speculative decoding, 1.5 accepted per step",
      { adapters: { count: 0, rank: 0 }, speculation: { draftTokens: 2, acceptedPerStep: 1.5 } },
    ],
  ])("%j", (extra_facts, expected) => {
    const read = servingExtras(textOf({ extra_facts, engine: "vLLM" }));
    expect(
      JSON.parse(
        JSON.stringify(read, (_, value: unknown) => (typeof value === "number" ? Number(value.toFixed(6)) : value)),
      ),
    ).toEqual(expected);
  });

  test.each(["EAGLE-3", "MTP", "speculative decoding with a 1B draft model"])(
    "%j without its acceptance is refused",
    (extra_facts) => {
      expect(servingExtras(textOf({ extra_facts }))).toHaveProperty("refused");
    },
  );
});
