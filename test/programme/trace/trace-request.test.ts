import { describe, expect, test } from "vitest";

import { RunSpec } from "../../../src/domain/run-spec.ts";
import { TraceOptions } from "../../../src/domain/trace.ts";
import { traceRequest } from "../../../src/programme/trace/trace-request.ts";

const ask = (run: Partial<RunSpec>, options: Partial<TraceOptions> = {}): Readonly<Record<string, unknown>> =>
  traceRequest({}, RunSpec.parse({ model: "m", ...run }), TraceOptions.parse(options));

describe("what a trace cannot see is refused by name", () => {
  test.each<[Partial<RunSpec>, string]>([
    [{ stack: "nemo" }, "nemo has its own modelling code"],
    [{ stack: "unsloth" }, "unsloth has its own modelling code"],
    [{ precision: "fp8" }, "kernels of fp8"],
    [{ method: "qlora", quantisation: "gptq" }, "gptq weights"],
    [{ objective: "ppo" }, "ppo trains two models"],
    [{ offload: "optimizer" }, "offloading (optimizer)"],
    [{ gpuCount: 8, tensorParallel: 2 }, "tensor, pipeline"],
    [{ gpuCount: 8, sharding: "zero3" }, "ZeRO"],
    [{ method: "full", objective: "dpo", reference: "adapter-off" }, "no adapter to switch off"],
  ])("%o", (run, words) => {
    const { refused, hint } = ask(run);
    expect(refused).toContain(words);
    expect(hint).toContain("plan memory");
  });
});

describe("a run becomes a request", () => {
  test("the reference of a preference loss is the adapter switched off, or a second model where all is trained", () => {
    expect(ask({ objective: "dpo" })["reference"]).toBe("adapter-off");
    expect(ask({ objective: "dpo", method: "full" })["reference"]).toBe("copy");
    expect(ask({ objective: "dpo", reference: "precomputed" })["reference"]).toBe("precomputed");
    expect(ask({ objective: "simpo" })["reference"]).toBe("none");
  });

  test("fp32 master weights stand under autocast, half-precision ones only where it is asked for", () => {
    expect(ask({ precision: "bf16-mixed" })).toMatchObject({ dtype: "fp32", autocast: "bf16" });
    expect(ask({ precision: "fp16" })).toMatchObject({ dtype: "fp32", autocast: "fp16" });
    expect(ask({ precision: "bf16" })).toMatchObject({ dtype: "bf16", autocast: false });
    expect(ask({ precision: "bf16" }, { autocast: true })).toMatchObject({ dtype: "bf16", autocast: "bf16" });
  });

  test("accumulated steps are traced as two, the second of which finds gradients", () => {
    expect(ask({ gradAccum: 1 })["microSteps"]).toBe(1);
    expect(ask({ gradAccum: 64 })["microSteps"]).toBe(2);
  });

  test("several GPUs are FSDP2 unless no sharding is asked for", () => {
    expect(ask({ gpuCount: 4 })).toMatchObject({ ranks: 4, sharding: "fsdp" });
    expect(ask({ gpuCount: 4, sharding: "none" })).toMatchObject({ ranks: 4, sharding: "none" });
    expect(ask({ sharding: "fsdp" })).toMatchObject({ ranks: 1, sharding: "none" });
  });
});
