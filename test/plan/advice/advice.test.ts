import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { allGpus } from "../../../src/catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../../src/domain/estimate.ts";
import { LargestRun, Remedies } from "../../../src/domain/memory-advice.ts";
import { adviceText, firstRemedyText } from "../../../src/plan/advice/advice-text.ts";
import { largestRun, largestThat } from "../../../src/plan/advice/largest-run.ts";
import { remediesFor } from "../../../src/plan/advice/remedies.ts";
import { trainMemory } from "../../../src/plan/memory/memory.ts";
import { run } from "../training-runs.ts";
import { lawRuns } from "../../law-runs.ts";

const GPUS = allGpus().filter(({ consumer }) => !consumer);

const anyRun = fc.record({
  model: fc.constantFrom("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B"),
  gpu: fc.constantFrom("RTX-4090", "L40S", "A100-80GB-SXM"),
  method: fc.constantFrom("full" as const, "lora" as const, "qlora" as const),
  lossPath: fc.constantFrom("unfused" as const, "chunked" as const),
  sequenceTokens: fc.constantFrom(1024, 4096),
  batchSequences: fc.constantFrom(1, 4, 16),
  gpuCount: fc.constantFrom(1, 4),
});

test("doubling and bisection find what counting up finds", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (bound, limit) => {
      const most = Math.min(bound, limit);
      expect(largestThat((value) => value <= bound, limit)).toBe(most < 1 ? null : most);
    }),
  );
});

test("the largest micro-batch is the one that trying each finds, and the longest sequence fits with none longer", () => {
  fc.assert(
    fc.property(anyRun, ({ model, gpu, ...spec }) => {
      const asked = run(model, spec, gpu);
      const fits = (change: object) => trainMemory({ ...asked, spec: { ...asked.spec, ...change } }).fits === "yes";
      const found = LargestRun.parse(largestRun(asked));
      let most = 0;
      while (most < 80 && fits({ batchSequences: most + 1 })) most += 1;
      if (most < 80) expect(found.batchSequences ?? 0).toBe(most);
      else expect(found.batchSequences).toBeGreaterThanOrEqual(80);
      const { sequenceTokens } = found;
      if (sequenceTokens !== null) expect(fits({ sequenceTokens })).toBe(true);
      if ((sequenceTokens ?? 0) + 64 <= asked.shape.context!)
        expect(fits({ sequenceTokens: (sequenceTokens ?? 0) + 64 })).toBe(false);
    }),
    { numRuns: lawRuns(80) },
  );
});

const p90 = (quantity: Quantity): number => (isRefusal(quantity) ? Number.NaN : quantity.p90);

test("a run that fits needs no remedy; of one that does not each saves, and the set makes it fit", () => {
  fc.assert(
    fc.property(anyRun, ({ model, gpu, ...spec }) => {
      const asked = run(model, spec, gpu);
      const memory = trainMemory(asked);
      const { each, together } = Remedies.parse(remediesFor(asked, GPUS));
      if (memory.fits === "yes" || memory.fits === "unknown") {
        expect({ each, together }).toEqual({ each: [], together: null });
        return;
      }
      for (const { device, savesGib, fits } of each) {
        if (fits !== "yes") expect(savesGib).toBeGreaterThan(0);
        expect(p90(memory.device) - p90(device)).toBeCloseTo(savesGib, 6);
      }
      const groups = each.map(({ changesTraining, needsMachines }) => (changesTraining ? 2 : needsMachines ? 1 : 0));
      expect(groups).toEqual(groups.toSorted((a, b) => a - b));
      for (const group of [0, 1, 2]) {
        const factors = each
          .filter((_, index) => groups[index] === group)
          .map(({ gpuHoursFactor }) => Math.round(100 * (gpuHoursFactor ?? Number.MAX_SAFE_INTEGER)));
        expect(factors).toEqual(factors.toSorted((a, b) => a - b));
      }
      if (each.some(({ fits }) => fits === "yes")) expect(together).not.toBeNull();
    }),
    { numRuns: lawRuns(80) },
  );
});

describe("for a 7B QLoRA on two cards of 24 GiB", () => {
  const asked = run("Qwen/Qwen2.5-7B", { method: "qlora", gpuCount: 2, sequenceTokens: 4096 }, "RTX-4090");
  const remedies = remediesFor(asked, GPUS);

  test("a smaller micro-batch and a chunked loss are named with what they save", () => {
    const ids = remedies.each.map(({ id }) => id);
    expect(ids).toContain("chunked-loss");
    expect(ids.some((id) => id.startsWith("micro-batch-"))).toBe(true);
    expect(remedies.each.find(({ id }) => id === "chunked-loss")!.savesGib).toBeGreaterThan(10);
  });

  test("a set of changes on the same two cards makes it fit", () => {
    expect(p90(remedies.together!.device)).toBeLessThanOrEqual(24);
    expect(remedies.together!.changes.join()).not.toMatch(/--gpu|--method/);
    expect(firstRemedyText(remedies)).toMatch(/^to make it fit, first try /);
  });
});

test("where only another GPU will do it is the smallest that does, not the fastest", () => {
  // 32 billion weights in 4 bits are 19 GiB: a card of 24 has no room for their training, one of 80 has.
  const { each, together } = remediesFor(run("Qwen/Qwen3-32B", { method: "qlora" }, "RTX-4090"), GPUS);
  const larger = each.find(({ id }) => id.startsWith("gpu-"))!;
  expect(larger).toMatchObject({ fits: "yes", needsMachines: true });
  expect(together!.changes).toEqual([larger.change]);
  expect(each[0]).toMatchObject({ needsMachines: false, changesTraining: false });
  expect(each[0]!.savesGib).toBeGreaterThan(5);
});

test("experts that stay in two bytes are named where the library can quantise them", () => {
  const spec = { method: "qlora", stack: "axolotl", batchSequences: 1 } as const;
  const experts = (change: object): boolean =>
    remediesFor(run("openai/gpt-oss-120b", { ...spec, ...change }, "H100-80GB-SXM"), GPUS).each.some(
      ({ id }) => id === "quantised-experts",
    );
  expect(experts({})).toBe(true);
  expect(experts({ stack: "llama-factory" })).toBe(false);
});

test("no set is promised where nothing does", () => {
  const asked = run("meta-llama/Llama-3.1-405B", { method: "full" }, "RTX-4090");
  const { together } = remediesFor(asked);
  expect(together).toBeNull();
});

test("the advice is printed as in its golden file", async () => {
  const estimate = (low: number, high: number): Quantity => {
    return { p10: low, p50: Math.sqrt(low * high), p90: high, unit: "GiB", basis: "stated", n: 1, sources: [] };
  };
  const remedies: Remedies = {
    each: [
      {
        id: "chunked-loss",
        change: "a chunked loss, such as Liger's or cut cross-entropy (--loss-path chunked)",
        changesTraining: false,
        needsMachines: false,
        device: estimate(18.6, 29),
        savesGib: 25.3,
        fits: "tight",
        gpuHoursFactor: 0.99,
        hoursFactor: 0.99,
      },
      {
        id: "gpus-4",
        change: "4 GPUs with state split over them (--gpu-count 4)",
        changesTraining: false,
        needsMachines: true,
        device: estimate(12.6, 20),
        savesGib: 34,
        fits: "yes",
        gpuHoursFactor: 1.1,
        hoursFactor: 0.275,
      },
      {
        id: "shorter-sequence",
        change: "sequences of 2,048 tokens; longer rows are truncated (--sequence-tokens 2048)",
        changesTraining: true,
        needsMachines: false,
        device: estimate(21.3, 33.2),
        savesGib: 21,
        fits: "tight",
        gpuHoursFactor: 1,
        hoursFactor: 1,
      },
      {
        id: "offload-optimizer",
        change: "optimizer state in host memory (--offload optimizer)",
        changesTraining: false,
        needsMachines: false,
        device: { refused: "no measurement", hint: "give one" },
        savesGib: 0.01,
        fits: "unknown",
        gpuHoursFactor: null,
        hoursFactor: null,
      },
    ],
    together: {
      changes: ["a chunked loss (--loss-path chunked)", "micro-batch 2 with 2 accumulation steps"],
      device: estimate(14, 22.5),
      gpuHoursFactor: 1.034,
    },
  };
  const spec = { batchSequences: 4, sequenceTokens: 4096 };
  const texts = [
    adviceText({ batchSequences: 1, sequenceTokens: 1216 }, remedies, spec),
    adviceText({ batchSequences: null, sequenceTokens: null }, { ...remedies, together: null }, spec),
    adviceText({ batchSequences: 12, sequenceTokens: 32_768 }, { each: [], together: null }, spec),
  ];
  await expect(`${texts.join("\n\n---\n\n")}\n`).toMatchFileSnapshot("../../golden/plan/memory-advice.txt");
});
