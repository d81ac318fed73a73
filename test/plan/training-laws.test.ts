import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { GIB } from "../../src/base/units.ts";
import { allGpus } from "../../src/catalog/gpus.ts";
import { allModels } from "../../src/catalog/models.ts";
import { type Estimate, isRefusal, type Quantity } from "../../src/domain/estimate.ts";
import type { Instant, MemoryKind, MemoryPlan } from "../../src/domain/memory-plan.ts";
import { OBJECTIVES } from "../../src/domain/objective.ts";
import { RunSpec, type TrainVolume } from "../../src/domain/run-spec.ts";
import { Stack } from "../../src/domain/stack.ts";
import { impossibleRun } from "../../src/plan/layout/check-run.ts";
import { scaleQuantity } from "../../src/plan/uncertainty/lognormal.ts";
import { isFullySharded, shardingOf } from "../../src/plan/layout/layout.ts";
import { embeddingParamCount } from "../../src/plan/layout/model-parts.ts";
import { memoryPhysics, trainMemory, type TrainRun } from "../../src/plan/memory/memory.ts";
import { runCost, usdPerMillionTokens } from "../../src/plan/run/run-cost.ts";
import { runTime, withVolume } from "../../src/plan/speed/run-time.ts";
import { stepLayout } from "../../src/plan/speed/step-layout.ts";
import { trainThroughput } from "../../src/plan/speed/throughput.ts";
import { lawRuns } from "../law-runs.ts";

const KINDS: readonly MemoryKind[] = ["allocated", "reserved", "device"];
const FAST_LINK_GB_PER_SEC = 100;
const LONG_STEP_TOKENS = 8192;
const TILE_TOKENS = 64;
const TILE_NOISE = 0.002;
/** Tokens of a micro-batch below which the tables of kernels have few points, and their noise there: 4 % was found. */
const FEW_TOKENS = 512;
const FEW_TOKENS_NOISE = 0.05;
/** Highest gain of an exchange of a whole step that is hidden behind longer micro-steps: 14 % was found. */
const STEP_EXCHANGE_GAIN = 0.2;
/** Tokens of a micro-batch whose attention was timed at every length, twice of it with the heads of most models. */
const TIMED_TOKENS = 2 ** 17;
/**
 * Relative loss of a doubled batch in the measured tables of kernels: last waves of tiles, and the way in which
 * attention is split over a GPU.
 */
const KERNEL_NOISE = 0.15;

/** Every field of a spec that memory or time depends on, over the shapes and cards of the catalogue. */
const anyRun: fc.Arbitrary<TrainRun> = fc
  .record({
    shape: fc.constantFrom(...allModels()),
    gpu: fc.constantFrom(...allGpus()),
    spec: fc.record({
      method: fc.constantFrom(...RunSpec.shape.method.unwrap().options),
      quantisation: fc.constantFrom(...RunSpec.shape.quantisation.unwrap().options),
      objective: often("sft", RunSpec.shape.objective.unwrap().options),
      reference: often("auto", RunSpec.shape.reference.unwrap().options),
      rolloutEngine: fc.constantFrom(...RunSpec.shape.rolloutEngine.unwrap().options),
      loraRank: fc.integer({ min: 1, max: 128 }),
      loraTargets: fc.constantFrom(...RunSpec.shape.loraTargets.unwrap().options),
      sequenceTokens: fc.oneof(fc.constantFrom(512, 2048, 4096), fc.integer({ min: 16, max: 16_384 })),
      batchSequences: fc.integer({ min: 1, max: 32 }),
      gradAccum: fc.integer({ min: 1, max: 8 }),
      checkpointing: often("full", RunSpec.shape.checkpointing.unwrap().options),
      attention: often("flash", RunSpec.shape.attention.unwrap().options),
      precision: often("bf16", RunSpec.shape.precision.unwrap().options),
      optimizer: often("adamw", RunSpec.shape.optimizer.unwrap().options),
      offload: often("none", RunSpec.shape.offload.unwrap().options),
      lossPath: fc.constantFrom(...RunSpec.shape.lossPath.unwrap().options),
      stack: often("hf", Stack.options),
      packing: fc.boolean(),
      gpuCount: fc.constantFrom(1, 2, 4, 8, 16, 64),
      sharding: often("auto", RunSpec.shape.sharding.unwrap().options),
      tensorParallel: often(1, [1, 2, 4, 8]),
      pipelineParallel: often(1, [1, 2, 4]),
      contextParallel: often(1, [1, 2, 4]),
      expertParallel: often(1, [1, 2, 8]),
    }),
  })
  .map(({ shape, gpu, spec }) => ({ shape, gpu, spec: RunSpec.parse({ ...spec, model: shape.id, gpu: gpu.id }) }));

/** One value half of the time, any of the others otherwise: a run that is odd in every field is hardly ever answered. */
function often<T>(usual: T, values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
}

const anyVolume: fc.Arbitrary<TrainVolume> = fc.record({
  rows: fc.integer({ min: 1, max: 2_000_000 }),
  meanTokens: fc.integer({ min: 1, max: 20_000 }),
  epochs: fc.constantFrom(0.5, 1, 2, 3),
  rollouts: fc.constant({
    groupSize: { p10: 4, p50: 8, p90: 16 },
    completionTokens: { p10: 200, p50: 700, p90: 2000 },
  }),
});

const withSpec = (run: TrainRun, change: Partial<RunSpec>): TrainRun => ({ ...run, spec: { ...run.spec, ...change } });
/** GPUs that hold one copy of the model between them, or of its experts where those are split over more. */
const replicaGpus = ({ spec }: TrainRun): number =>
  spec.pipelineParallel * Math.max(spec.tensorParallel * spec.contextParallel, spec.expertParallel);
const isPossible = ({ shape, spec, gpu }: TrainRun): boolean => impossibleRun(shape, spec, gpu) === undefined;
const isFull = ({ spec }: TrainRun): boolean => spec.method === "full" || spec.method === "pretrain";

/**
 * Holds a law over random runs and says how many of them it was really tried on: a check returns false where a run is
 * refused or outside the law's domain.
 */
function law(check: (run: TrainRun, volume: TrainVolume) => boolean, least = 20): void {
  let tried = 0;
  fc.assert(
    fc.property(anyRun, anyVolume, (run, volume) => {
      fc.pre(isPossible(run));
      if (check(run, volume)) tried += 1;
    }),
    { numRuns: lawRuns(400), maxSkipsPerRun: 100 },
  );
  expect(tried, "runs that the law was tried on").toBeGreaterThanOrEqual(lawRuns(least));
}

/** Share by which the time of twice as long rows may be below that of the rows: noise, and exchange that is hidden. */
function longerRowsGain({ spec }: TrainRun, meanTokens: number): number {
  if (spec.gpuCount > 1 && !isFullySharded(shardingOf(spec))) return STEP_EXCHANGE_GAIN;
  const tokens = (Math.min(meanTokens, spec.sequenceTokens) * spec.batchSequences) / spec.contextParallel;
  return tokens < FEW_TOKENS ? FEW_TOKENS_NOISE : TILE_NOISE;
}

/** A range is nowhere below another one; equal up to rounding is not below. */
function expectNotBelow(
  high: Quantity,
  low: Quantity,
  ends: readonly (keyof Estimate)[] = ["p10", "p50", "p90"],
): boolean {
  if (isRefusal(high) || isRefusal(low)) return false;
  for (const end of ends) expect(high[end], end).toBeGreaterThanOrEqual((low[end] as number) * (1 - 1e-9));
  return true;
}

/** No kind of memory of one plan is below that of another. */
function expectNoLess(more: MemoryPlan, less: MemoryPlan): boolean {
  return KINDS.every((kind) => expectNotBelow(more[kind], less[kind]));
}

describe("laws of memory", () => {
  test("it never shrinks with the batch, the sequence or the rank", () => {
    law((run) => {
      const { batchSequences, sequenceTokens, loraRank } = run.spec;
      const now = trainMemory(run);
      const tried = [
        { batchSequences: batchSequences + 1 },
        { batchSequences: batchSequences * 2 },
        { sequenceTokens: sequenceTokens + 16 },
        { sequenceTokens: sequenceTokens * 2 },
        { loraRank: loraRank * 2 },
      ].map((change) => expectNoLess(trainMemory(withSpec(run, change)), now));
      return tried.some(Boolean);
    });
  });

  test("it never grows with more GPUs under FSDP, from two on, for the same micro-batch", () => {
    law((run) => {
      const { gpuCount } = run.spec;
      // One replica of a model that is split over its GPUs has nothing to shard: the second one brings the gathering.
      if (gpuCount < 2 * replicaGpus(run)) return false;
      const on = (gpuCount: number): MemoryPlan => trainMemory(withSpec(run, { gpuCount, sharding: "fsdp" }));
      return expectNoLess(on(gpuCount), on(gpuCount * 2));
    });
  });

  test("LoRA never needs more than full training, nor QLoRA more than LoRA at short sequences", () => {
    law((run) => {
      const { gpuCount, checkpointing, offload, optimizer, stack } = run.spec;
      // Over more GPUs than a node has, in host memory, or without two moments per parameter, the state that LoRA saves is
      // hardly there, and the fp32 inputs that PEFT keeps for its adapters outweigh it. Past about 2.7k tokens NF4 costs a
      // small model more than it saves.
      if (gpuCount > 8 || offload !== "none" || !optimizer.startsWith("adamw")) return false;
      // NF4 saves on linear layers, and QLoRA's preparation casts the rest to fp32: a small model of a large vocabulary grows.
      if (embeddingParamCount(run.shape) > run.shape.paramCount / 4) return false;
      // Where no activation is recomputed, adapters keep inputs of their own in addition to all others (huggingface/peft#2196).
      if (checkpointing !== "full") return false;
      // litgpt gathers all frozen weights under FSDP and frees none before the step is over (its resource tables).
      if (stack === "litgpt" && gpuCount > 1) return false;
      const sequenceTokens = Math.min(512, run.spec.sequenceTokens);
      const small = withSpec(run, { batchSequences: 1, sequenceTokens, loraRank: 8 });
      // Some libraries and layouts, all of Megatron among them, have no quantised base.
      const quantised = withSpec(small, { method: "qlora" });
      const of = (method: RunSpec["method"]): MemoryPlan => trainMemory(withSpec(small, { method }));
      const [full, lora, qlora] = [of("full"), of("lora"), trainMemory(quantised)];
      const tried = [
        expectNotBelow(full.device, lora.device, ["p50"]),
        // Fused experts stay as they are, and the little that is quantised of a mixture saves less than fp32 norms cost.
        run.shape.experts === null && isPossible(quantised) && expectNotBelow(lora.device, qlora.device, ["p50"]),
      ];
      return tried.some(Boolean);
    });
  });

  test("the lines that are live in an instant add up to it, and those of the peak to each kind", () => {
    law((run) => {
      const physics = memoryPhysics(run);
      const { lines, instants, peak, gib } = physics;
      const sumOf = (instant: Instant, kinds: readonly MemoryKind[]): number =>
        lines
          .filter((line) => kinds.includes(line.kind) && line.instants.includes(instant))
          .reduce((sum, { bytes }) => sum + bytes, 0) / GIB;
      for (const { bytes } of lines) expect(bytes).toBeGreaterThanOrEqual(0);
      for (const { instant, bytes } of instants) expect(sumOf(instant, ["allocated"])).toBeCloseTo(bytes / GIB, 6);
      const largest = Math.max(...instants.map(({ bytes }) => bytes)) / GIB;
      if (run.spec.pipelineParallel > 1) expect(gib.allocated).toBeGreaterThanOrEqual(largest - 1e-6);
      else expect(gib.allocated).toBeCloseTo(largest, 6);
      // A sampling engine peaks outside torch's allocator: what training allocated and reserved is not a part of it.
      if (peak === "rollout" && run.spec.pipelineParallel === 1)
        expect(sumOf(peak, ["allocated", "device"])).toBeCloseTo(gib.device, 6);
      // Of a pipeline each kind is that of the stage which has most of it.
      if (peak === "rollout" || run.spec.pipelineParallel > 1) return true;
      expect(sumOf(peak, ["allocated"])).toBeCloseTo(gib.allocated, 6);
      expect(sumOf(peak, ["allocated", "reserved"])).toBeCloseTo(gib.reserved, 6);
      expect(sumOf(peak, KINDS)).toBeCloseTo(gib.device, 6);
      return true;
    });
  });

  test("what is refused in one kind is refused in all, and only then nothing is known of the fit", () => {
    law((run) => {
      const plan = trainMemory(run);
      const refused = KINDS.map((kind) => isRefusal(plan[kind]));
      expect(new Set(refused).size).toBe(1);
      expect(plan.fits === "unknown").toBe(refused[0]);
      expect(plan.peak === null).toBe(refused[0]);
      return !refused[0];
    });
  });

  test("its ranges are in order, and allocated is within reserved within device", () => {
    law((run) => {
      const { allocated, reserved, device } = trainMemory(run);
      if (isRefusal(allocated) || isRefusal(reserved) || isRefusal(device)) return false;
      for (const range of [allocated, reserved, device]) expectOrdered(range);
      expectNotBelow(reserved, allocated);
      expectNotBelow(device, reserved);
      return true;
    });
  });
});

/** Ends in order, positive and finite. */
function expectOrdered({ p10, p50, p90 }: Estimate): void {
  expect(p10).toBeGreaterThan(0);
  expect(p10).toBeLessThanOrEqual(p50);
  expect(p50).toBeLessThanOrEqual(p90);
  expect(p90).toBeLessThan(Infinity);
}

describe("laws of time and money", () => {
  test("a step of the same global batch never takes longer on more GPUs of one link", () => {
    law((run) => {
      // One replica exchanges nothing: a second one pays only where a micro-step outlasts the exchange of weights. That holds
      // for a dense model on a fast link from some thousand tokens on; a mixture of experts moves all its weights and works
      // with few, and over PCIe the exchange outlasts most steps.
      const { gpuCount, packing, stack } = run.spec;
      const hasFastLink = (run.gpu.linkGbPerSec ?? 0) >= FAST_LINK_GB_PER_SEC;
      // Experts may be split over more GPUs than the rest, and then have fewer copies.
      const { microTokens, replicas, expertReplicas } = stepLayout(run.spec, stack);
      const copies = run.shape.experts === null ? replicas : Math.min(replicas, expertReplicas);
      // torchtitan cuts its batch into rows where layers are pipelined: it is the micro-step that the exchange hides under.
      const isLongStep = packing && run.shape.experts === null && microTokens >= LONG_STEP_TOKENS;
      // What is exchanged once per optimizer step grows by (n - 1) / n with the GPUs, while the micro-steps halve.
      // Megatron does so whatever sharding is asked for.
      const isPerMicroStep = isFullySharded(shardingOf(run.spec));
      if (gpuCount > 4 || 2 * gpuCount > run.gpu.linkGpus) return false;
      if ((copies < 2 || !isPerMicroStep) && !(isLongStep && hasFastLink)) return false;
      // The global batch is kept by halving the micro-steps, so each GPU works on micro-batches of the same size.
      const at = (gpuCount: number, gradAccum: number): Quantity =>
        trainThroughput(withSpec(run, { gpuCount, gradAccum, sharding: run.spec.sharding }));
      const [one, two] = [at(run.spec.gpuCount, 2 * run.spec.gradAccum), at(run.spec.gpuCount * 2, run.spec.gradAccum)];
      return expectNotBelow(scaleQuantity(two, 2, "tokens/s"), one, ["p50"]);
    });
  });

  test("a larger micro-batch of full sequences is no slower per token once its tensors outgrow the cache", () => {
    law((run) => {
      const { batchSequences, sequenceTokens, packing, objective, contextParallel, pipelineParallel } = run.spec;
      // Stages of a pipeline wait for the first and the last micro-batch, the longer the larger it is.
      if (!packing || OBJECTIVES[objective].row === "prompt" || pipelineParallel > 1) return false;
      // Attention was not timed at more: there the seconds over the bound of shorter prompts are taken, which are more.
      if (batchSequences * sequenceTokens > TIMED_TOKENS) return false;
      // Products of L40S in fp8, which stand in for those of its generation, fall to half their rate past 16,384 rows.
      if (run.gpu.generation === "ada" && run.spec.precision === "fp8") return false;
      const tensorBytes = (2 * run.shape.hidden * batchSequences * sequenceTokens) / contextParallel;
      if (run.gpu.l2Mib === null || tensorBytes < run.gpu.l2Mib * 2 ** 20) return false;
      const of = (batch: number): Quantity => trainThroughput(withSpec(run, { batchSequences: batch }));
      const [one, two] = [of(batchSequences), of(2 * batchSequences)];
      return expectNotBelow(scaleQuantity(two, 1 / (1 - KERNEL_NOISE), "tokens/s"), one, ["p50"]);
    });
  });

  test("ranges of speed, hours, GPU-hours and tokens are in order", () => {
    law((run, volume) => {
      const { hours, gpuHours, tokens } = runTime(run, volume);
      const speed = trainThroughput(run);
      const answered = [speed, hours, gpuHours, tokens].filter((each) => !isRefusal(each));
      for (const each of answered) expectOrdered(each as Estimate);
      return !isRefusal(speed) && !isRefusal(hours);
    });
  });

  test("more rows, longer rows and more epochs never take less time", () => {
    law((run, volume) => {
      const { rows, meanTokens, epochs } = volume;
      const now = runTime(run, volume).hours;
      const after = (change: Partial<TrainVolume>): Quantity => runTime(run, { ...volume, ...change }).hours;
      const tried = [{ rows: rows + 1 }, { epochs: epochs + 1 }].map((change) => expectNotBelow(after(change), now));
      // Times of kernels are measured: below a tile of tokens they are flat, and above give or take noise. Behind a longer
      // micro-step more of an exchange is hidden. And behind a longer prompt the length of a sampled answer weighs less, so
      // that the range narrows around its middle.
      if (meanTokens < TILE_TOKENS) return tried.every(Boolean);
      const isSampled = OBJECTIVES[run.spec.objective].row === "prompt";
      const longer = scaleQuantity(after({ meanTokens: meanTokens * 2 }), 1 + longerRowsGain(run, meanTokens), "h");
      tried.push(expectNotBelow(longer, now, isSampled ? ["p50"] : undefined));
      return tried.every(Boolean);
    });
  });

  test("hours, GPU-hours, speed and tokens are one quantity in four units", () => {
    law((run, volume) => {
      const { hours, gpuHours, tokens } = runTime(run, volume);
      const speed = trainThroughput(withVolume(run, volume));
      // Reinforcement has hours of sampling in addition to those of its tokens.
      if (OBJECTIVES[run.spec.objective].row === "prompt") return false;
      if (isRefusal(hours) || isRefusal(gpuHours) || isRefusal(tokens) || isRefusal(speed)) return false;
      expect(hours.p50 * run.spec.gpuCount).toBeCloseTo(gpuHours.p50, 9 - Math.ceil(Math.log10(gpuHours.p50)));
      expect((gpuHours.p50 * 3600 * speed.p50) / tokens.p50).toBeCloseTo(1, 6);
      const back = scaleQuantity(scaleQuantity(hours, 3600, "s"), 1 / 3600, "h") as Estimate;
      expect(back.p90 / hours.p90).toBeCloseTo(1, 12);
      expect(back).toEqual({ ...hours, p10: back.p10, p50: back.p50, p90: back.p90 });
      return true;
    });
  });

  test("cost is proportional to the price, and equals tokens at the price per million", () => {
    law((run, volume) => {
      const { gpuHours, tokens } = runTime(run, volume);
      const speed = trainThroughput(withVolume(run, volume));
      if (OBJECTIVES[run.spec.objective].row === "prompt") return false;
      if (isRefusal(gpuHours) || isRefusal(tokens) || isRefusal(speed)) return false;
      const price = (usd: number): Estimate => ({
        p10: usd * 0.9,
        p50: usd,
        p90: usd * 1.3,
        unit: "USD",
        basis: "a stated price",
        n: 1,
        sources: [],
      });
      const [once, threefold] = [2, 6].map((usd) => runCost(gpuHours, price(usd)) as Estimate) as [Estimate, Estimate];
      for (const end of ["p10", "p50", "p90"] as const) expect(threefold[end] / once[end]).toBeCloseTo(3, 9);
      const perMillion = usdPerMillionTokens(speed, price(2)) as Estimate;
      expect((perMillion.p50 * tokens.p50) / 1e6 / once.p50).toBeCloseTo(1, 6);
      return true;
    });
  });
});

test("the same run is estimated the same, whatever was estimated before it", () => {
  law((run, volume) => {
    const estimate = (of: TrainRun): string =>
      JSON.stringify([trainMemory(of), trainThroughput(of), runTime(of, volume)]);
    const first = estimate(run);
    estimate(withSpec(run, { method: isFull(run) ? "lora" : "full", gpuCount: 8, objective: "sft" }));
    expect(estimate(structuredClone(run))).toBe(first);
    return true;
  });
});

test("an objective with a reference policy never needs less than one without, for rows of as many sequences", () => {
  law((run) => {
    const { hasReference, sequencesPerRow } = OBJECTIVES[run.spec.objective];
    if (!hasReference || sequencesPerRow !== 2) return false;
    return expectNotBelow(
      trainMemory(withSpec(run, { reference: "copy" })).device,
      trainMemory(withSpec(run, { reference: "precomputed" })).device,
    );
  }, 2);
});
