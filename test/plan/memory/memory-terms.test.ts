import { describe, expect, test } from "vitest";

import { GIB, MIB } from "../../../src/base/units.ts";
import type { Instant } from "../../../src/domain/memory-plan.ts";
import type { RunSpec } from "../../../src/domain/run-spec.ts";
import type { FactOverrides } from "../../../src/plan/memory/memory-facts.ts";
import { memoryPhysics, type MemoryPhysics, trainMemory } from "../../../src/plan/memory/memory.ts";
import { run } from "../training-runs.ts";

const MISTRAL = "mistralai/Mistral-7B-v0.1";
const LLAMA = "meta-llama/Llama-3.1-8B";

function physics(
  model: string,
  spec: Partial<RunSpec> = {},
  { gpu, facts }: { gpu?: string; facts?: FactOverrides } = {},
): MemoryPhysics {
  const found = memoryPhysics({ ...run(model, spec, gpu), facts: facts ?? {} });
  return found;
}

const bytes = (plan: MemoryPhysics, id: string): number => plan.lines.find((line) => line.id === id)?.bytes ?? 0;

describe("what layers keep without checkpointing", () => {
  // `plan trace` of Llama-3.1-8B, one sequence of 2,048 tokens (torch 2.13, transformers 5.24, peft 0.21): GiB of kind
  // activations that are live at the loss.
  test.each([
    [{ method: "full" }, 12.32],
    [{ method: "lora", loraTargets: "qv" }, 10.52],
  ] as [Partial<RunSpec>, number][])("%j keeps %d GiB in a traced step", (spec, traced) => {
    const kept = bytes(
      physics(LLAMA, { checkpointing: "none", sequenceTokens: 2048, batchSequences: 1, ...spec }),
      "activations",
    );
    expect(Math.abs(kept / GIB / traced - 1)).toBeLessThan(0.01);
  });

  test("selective recomputation drops the output of attention, and the scores of all layers but the one at work", () => {
    const kept = (checkpointing: RunSpec["checkpointing"]): number =>
      bytes(physics(MISTRAL, { checkpointing, sequenceTokens: 1, batchSequences: 1 }), "activations") / 32;
    expect(kept("none") - kept("selective")).toBe(2 * 4096);
    const scores = (checkpointing: RunSpec["checkpointing"]): number =>
      bytes(physics(MISTRAL, { checkpointing, attention: "eager" }), "scores");
    expect(scores("selective")).toBe(scores("none") / 32);
  });
});

describe("what the card holds in addition to live tensors", () => {
  test("where lengths vary, twice the live logits are held; a chunked loss has none to hold", () => {
    const gap = (spec: Partial<RunSpec>): number => bytes(physics(LLAMA, spec), "allocator");
    const logits = bytes(physics(LLAMA), "logits");
    expect(gap({ packing: false }) - gap({ packing: true })).toBeCloseTo((2 - 0.1) * logits, 0);
    const chunked = bytes(physics(LLAMA, { lossPath: "chunked" }), "logits");
    expect(chunked).toBeLessThan(logits / 5);
  });

  test("a full card frees its cache: gaps alone never make a run too large for it", () => {
    const { gib } = physics(LLAMA, { packing: false, batchSequences: 4, method: "lora" }, { gpu: "A100-40GB-SXM" });
    expect(gib.allocated).toBeLessThan(38);
    expect(gib.device).toBeLessThanOrEqual(40 + 1e-9);
  });

  test("paged optimizer state counts on the card and not among torch's tensors", () => {
    const state = 2 + 8 / 256;
    const plain = physics(MISTRAL, { method: "full", stack: "torchtune", optimizer: "adamw-8bit" });
    const paged = physics(MISTRAL, { method: "full", stack: "torchtune", optimizer: "paged-adamw-8bit" });
    expect(plain.gib.allocated - paged.gib.allocated).toBeCloseTo((state * 7.2417e9) / GIB, 1);
    expect(paged.gib.device).toBeCloseTo(plain.gib.device, 0);
  });
});

describe("an inference engine on the same card", () => {
  const at = (rolloutEngine: RunSpec["rolloutEngine"]): MemoryPhysics =>
    physics("Qwen/Qwen2.5-0.5B", { objective: "grpo", rolloutEngine, rolloutMemoryShare: 0.5, lossPath: "chunked" });

  test("adds its share while it is awake, and makes the peak while it samples", () => {
    expect(at("colocated").gib.device - at("server").gib.device).toBeCloseTo(40 - 436 / 1024, 6);
    expect(at("sleeping").peak).toBe("rollout");
    expect(at("sleeping").gib.device).toBeLessThan(at("colocated").gib.device);
    expect(at("server").lines.some(({ id }) => id === "engine")).toBe(false);
  });

  test("is never summed with training while it sleeps, but for the 700 MiB that it keeps", () => {
    const large = { objective: "grpo", rolloutMemoryShare: 0.05, sequenceTokens: 8192, lossPath: "chunked" } as const;
    const sleeping = physics("Qwen/Qwen2.5-0.5B", { ...large, rolloutEngine: "sleeping" });
    const server = physics("Qwen/Qwen2.5-0.5B", { ...large, rolloutEngine: "server" });
    expect(sleeping.peak).not.toBe("rollout");
    expect((sleeping.gib.device - server.gib.device) * GIB).toBeCloseTo((700 - 436) * MIB, -3);
  });
});

describe("models in addition to the policy", () => {
  test("a reference is a copy where all weights are trained, and none where it is precomputed or the adapter is off", () => {
    const reference = (spec: Partial<RunSpec>): number =>
      bytes(physics(MISTRAL, { objective: "dpo", ...spec }), "reference");
    expect(reference({ method: "full" })).toBeGreaterThan(13 * GIB);
    expect(reference({ method: "lora" })).toBe(0);
    expect(reference({ method: "lora", reference: "copy" })).toBe(reference({ method: "full" }));
    expect(reference({ method: "full", reference: "precomputed" })).toBe(0);
  });

  test("PPO has a trained critic and a frozen reward model, GRPO neither", () => {
    const of = (objective: RunSpec["objective"]): MemoryPhysics => physics(MISTRAL, { method: "full", objective });
    const scoring = bytes(of("ppo"), "weights") - 2 * 32_000 * 4096;
    expect(bytes(of("ppo"), "critic")).toBeCloseTo(4 * scoring, -3);
    expect(bytes(of("ppo"), "reward-model")).toBe(scoring);
    expect(bytes(of("grpo"), "critic") + bytes(of("grpo"), "reward-model")).toBe(0);
  });

  test("a reward model has no logits, a pair has two sequences", () => {
    const logits = (objective: RunSpec["objective"]): number =>
      bytes(physics(MISTRAL, { objective, lossPath: "unfused" }), "logits");
    expect(logits("reward")).toBeLessThan(logits("sft") / 5);
    expect(logits("simpo")).toBeCloseTo(logits("dpo"));
    expect(logits("orpo")).toBeGreaterThan(logits("dpo"));
  });
});

describe("host memory", () => {
  test("Unsloth's longest contexts grow by what one layer holds: 212 to 228 kB per token at 8B", () => {
    // Unsloth's table of longest contexts, Llama-3.1-8B QLoRA: 2,972 tokens in 8 GiB and 342,733 in 80 GiB.
    const at = (sequenceTokens: number): number =>
      physics(LLAMA, {
        method: "qlora",
        stack: "unsloth",
        loraRank: 32,
        batchSequences: 1,
        sequenceTokens,
        optimizer: "adamw-8bit",
      }).gib.allocated;
    const published = ((80 - 8) * GIB) / (342_733 - 2972);
    const ours = ((at(100_000) - at(50_000)) * GIB) / 50_000;
    expect(Math.abs(ours / published - 1)).toBeLessThan(0.1);
  });

  test("offloading takes checkpoints, optimizer state or weights off the card", () => {
    const of = (offload: RunSpec["offload"]): MemoryPhysics => physics(MISTRAL, { method: "full", offload });
    expect(bytes(of("activations"), "checkpoints")).toBe(0);
    expect(bytes(of("optimizer"), "optimizer")).toBe(0);
    expect(bytes(of("parameters"), "weights")).toBeLessThan(bytes(of("none"), "weights") / 8);
  });
});

describe("traced steps of Llama-3.1-8B (torch 2.13, transformers 5.24, peft 0.21), GiB by instant", () => {
  const large = { batchSequences: 4, sequenceTokens: 4096 } as const;
  const small = { batchSequences: 1, sequenceTokens: 2048 } as const;
  test.each([
    [
      { method: "full", ...large },
      { loss: 72.86, layer: 62.75, optimizer: 74.79 },
    ],
    [
      { method: "full", lossPath: "chunked", ...large },
      { loss: 52.94, layer: 62.75, optimizer: 74.79 },
    ],
    [
      { method: "full", precision: "bf16-mixed", ...small },
      { loss: 107.28, layer: 119.69, optimizer: 149.58 },
    ],
    [
      { loraTargets: "attention", ...small },
      { loss: 18.58, layer: 16.18, optimizer: 15.21 },
    ],
    [
      { loraTargets: "attention", ...large },
      { loss: 42.85, layer: 23.68, optimizer: 15.21 },
    ],
    [{ ...large }, { loss: 43.16, layer: 25.56, optimizer: 15.74 }],
    [
      { lossPath: "chunked", ...large },
      { loss: 20.43, layer: 25.56, optimizer: 15.74 },
    ],
    [
      { checkpointing: "none", ...small },
      { loss: 36.4, layer: 33.62, optimizer: 15.74 },
    ],
    [
      { method: "full", checkpointing: "none", ...small },
      { loss: 60.13, layer: 59.85, optimizer: 74.79 },
    ],
    [
      { loraTargets: "qv", checkpointing: "none", ...small },
      { loss: 28.49, layer: 25.71, optimizer: 15.08 },
    ],
    [
      { objective: "dpo", ...small },
      { logprob: 18.94, loss: 18.45, layer: 17.96, optimizer: 15.74 },
    ],
  ] as [Partial<RunSpec>, Partial<Record<Instant, number>>][])("%j", (spec, traced) => {
    const { instants } = physics(LLAMA, spec);
    for (const [name, gib] of Object.entries(traced)) {
      const ours = instants.find(({ instant }) => instant === name)!.bytes / GIB;
      expect(Math.abs(ours / gib - 1)).toBeLessThan(0.03);
    }
  });

  test("8-bit Adam keeps the input embedding's state in fp32: 18.1 GiB, and torchtune's does not", () => {
    const state = (stack: RunSpec["stack"]): number =>
      bytes(physics(LLAMA, { method: "full", optimizer: "adamw-8bit", stack }), "optimizer") / GIB;
    expect(state("hf")).toBeCloseTo(18.1, 1);
    expect(state("torchtune")).toBeCloseTo(15.2, 1);
  });

  test("Adafactor has next to no state and 7.8 GiB of temporaries", () => {
    const plan = physics(LLAMA, { method: "full", optimizer: "adafactor" });
    expect(bytes(plan, "optimizer")).toBe(0);
    expect(bytes(plan, "optimizer-temp") / GIB).toBeCloseTo(7.8, 1);
  });
});

test("4-bit weights take 4.5 bits with their constants, doubly quantised ones 4.13 (Dettmers et al. 2023)", () => {
  const bits = (quantisation: RunSpec["quantisation"]): number => {
    const embeddings = 2 * 32_000 * 4096;
    const weights = bytes(physics(MISTRAL, { method: "qlora", quantisation, batchSequences: 1 }), "weights");
    return (8 * (weights - 2 * embeddings)) / (7_241_732_096 - embeddings);
  };
  expect(bits("nf4")).toBeCloseTo(4.5, 3);
  expect(bits("nf4-double")).toBeCloseTo(4.127, 2);
});

test("a run is warned of what its memory depends on beyond its spec", () => {
  const { warnings } = trainMemory(run(MISTRAL, { objective: "ppo", packing: false, optimizer: "paged-adamw-8bit" }));
  for (const words of ["lengths vary", "paged", "critic", "sleep"]) expect(warnings.join(" ")).toContain(words);
  expect(trainMemory(run(MISTRAL, { method: "qlora" })).warnings.join(" ")).toContain(
    "prepare_model_for_kbit_training",
  );
});

const gibOf = (model: string, spec: Partial<RunSpec>, gpu?: string): MemoryPhysics => {
  const found = memoryPhysics(run(model, spec, gpu));
  return found;
};
const bytesOf = (found: MemoryPhysics, id: string): number => found.lines.find((line) => line.id === id)?.bytes ?? 0;

test("preference losses that cast logits to fp32 hold all their copies, TRL's two bytes alone", () => {
  const dpo = { objective: "dpo", batchSequences: 2 } as const;
  const [trl, factory] = (["hf", "llama-factory"] as const).map((stack) =>
    gibOf("meta-llama/Llama-3.1-8B", { ...dpo, stack }),
  );
  expect(bytesOf(factory!, "logits") / bytesOf(trl!, "logits")).toBeGreaterThan(3);
  // At the same tokens a pair of answers never holds less than supervised training does.
  const sft = gibOf("meta-llama/Llama-3.1-8B", { batchSequences: 4, stack: "llama-factory" });
  expect(factory!.gib.device).toBeGreaterThan(sft.gib.device);
});

test("a reward model has no head over the vocabulary: 0.98 GiB of Llama-3.1-8B", () => {
  const ppo = gibOf("meta-llama/Llama-3.1-8B", { objective: "ppo", method: "full" });
  expect((bytesOf(ppo, "weights") - bytesOf(ppo, "reward-model")) / 2 ** 30).toBeCloseTo(
    (2 * 128_256 * 4096) / 2 ** 30,
    3,
  );
});

test("what a run lists at the peak of the rollout adds up to the device's physics", () => {
  const found = gibOf("meta-llama/Llama-3.1-8B", { objective: "ppo", stack: "verl", gpuCount: 8 }, "H100-80GB-SXM");
  const listed = found.lines.filter(({ instants }) => instants.includes(found.peak));
  expect(listed.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 30).toBeCloseTo(found.gib.device, 6);
});

test("a row on a GPU without bf16 is answered for fp16, and one before Ampere for torch's own attention, which is said", () => {
  const asked = run("Qwen/Qwen2.5-7B", { method: "qlora", batchSequences: 1 }, "T4");
  const meant = run(
    "Qwen/Qwen2.5-7B",
    { method: "qlora", batchSequences: 1, precision: "fp16", attention: "sdpa" },
    "T4",
  );
  expect(memoryPhysics(asked)).toEqual(memoryPhysics(meant));
  expect(trainMemory(asked).warnings.join(" ")).toContain("FlashAttention 2 has no kernels for T4");
  const said = trainMemory(meant).warnings.join(" ");
  expect(said).toContain("T4 has no bf16: the run is in fp16");
  expect(said).not.toContain("FlashAttention");
});

test("a GPTQ checkpoint has quantised experts and needs no bitsandbytes", () => {
  const warnings = (quantisation: RunSpec["quantisation"]): string =>
    trainMemory(run("Qwen/Qwen3-30B-A3B", { method: "qlora", quantisation }, "MI300X")).warnings.join(" ");
  expect(warnings("nf4")).toContain("fused experts");
  expect(warnings("nf4")).toContain("bitsandbytes build for ROCm");
  expect(warnings("gptq")).not.toMatch(/fused experts|bitsandbytes/);
});

test("a sequence above the context is warned of", () => {
  const { warnings } = trainMemory(run("meta-llama/Llama-2-70b-hf", { sequenceTokens: 8192 }));
  expect(warnings.join(" ")).toContain("8,192 tokens are above the context 4,096");
});
