import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { baseCompute } from "../../src/catalog/base-compute.ts";
import { type AiActRequest, aiActDelta, UNIVERSAL_FLOOR_FLOP } from "../../src/comply/ai-act.ts";
import { ComplianceFacts } from "../../src/domain/programme.ts";
import type { ModelShape } from "../../src/domain/model-shape.ts";
import { isRefusal } from "../../src/domain/estimate.ts";

const facts = (over: object = {}) =>
  ComplianceFacts.parse({ euMarket: true, ownName: true, researchOnly: false, ...over });
const shape = (activeParamCount: number): ModelShape => ({
  id: "org/model",
  aliases: [],
  family: "Test",
  released: null,
  licence: null,
  publishedParamCount: null,
  paramCount: activeParamCount,
  activeParamCount,
  layers: 1,
  hidden: 1,
  mlp: 1,
  mlpKind: "swiglu",
  heads: 1,
  kvHeads: 1,
  headDim: 1,
  vocab: 1,
  tiedEmbeddings: false,
  attention: "gqa",
  latent: null,
  slidingWindow: null,
  slidingPattern: null,
  linearLayers: 0,
  attentionLayers: 1,
  recurrence: null,
  globalAttention: null,
  sharedKvLayers: 0,
  experts: null,
  context: null,
  source: "test",
  asOf: "2026-11-25",
  notes: "",
});
const exactly = (tokens: number) => ({ p10: tokens, p50: tokens, p90: tokens });
const ask = (over: Partial<AiActRequest> = {}) =>
  aiActDelta({
    facts: facts(),
    shape: shape(8.03e9),
    base: baseCompute("meta-llama/Llama-3.1-8B"),
    plannedTokens: exactly(48e6),
    method: "lora",
    adapterParamCount: 42e6,
    hardware: null,
    on: "2026-11-25",
    ...over,
  });

const [head, ...lines] = readFileSync(new URL("../golden/ai-act.tsv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const rows = lines.map((line) => {
  const cells = line.split("\t");
  return Object.fromEntries(head!.split("\t").map((name, index) => [name, cells[index]!])) as Record<string, string>;
});

test.each(rows)("$case: $verdict ($source)", (row) => {
  const answer = ask({
    shape: shape(Number(row["activeParamCount"])),
    base: baseCompute(row["base"]!),
    plannedTokens: exactly(Number(row["tokens"])),
    method: row["method"] as AiActRequest["method"],
    adapterParamCount: Number(row["adapterParamCount"]),
  });
  expect(answer.verdict).toBe(row["verdict"]);
  expect(answer.upperFlop! / 1.3 / Number(row["upper6PdFlop"])).toBeCloseTo(1, 6);
  expect(answer.thresholdFlop! / Number(row["thresholdFlop"])).toBeCloseTo(1, 6);
  if (isRefusal(answer.plannedFlop)) throw new Error("expected an estimate");
  expect(answer.plannedFlop.p50 / Number(row["bestFlop"])).toBeCloseTo(1, 3);
});

describe("scope and roles", () => {
  test("off the Union market neither role arises, and the reason is kept", () => {
    const answer = ask({ facts: facts({ euMarket: false }) });
    expect(answer).toMatchObject({ verdict: "not-in-scope", systemProvider: "no" });
    expect(answer.means[0]).toContain("Record why");
    expect(answer.means.at(-1)).toContain("If it were in scope: All planned training uses at most 3.0e18 FLOP");
  });
  test("the same LoRA is not a model provider and yet system provider under its own name", () => {
    expect(ask()).toMatchObject({ verdict: "not-provider", systemProvider: "yes" });
    expect(ask({ facts: facts({ ownName: false }) })).toMatchObject({ systemProvider: "no" });
  });
  test("research or internal use is out of scope for the model; for the system it depends on which", () => {
    expect(ask({ facts: facts({ researchOnly: true }) })).toMatchObject({
      verdict: "not-in-scope",
      systemProvider: "unknown",
    });
  });
  test("what the programme does not state is unknown: the compute is judged as if in scope, and no role follows", () => {
    const unstated = ask({ facts: ComplianceFacts.parse({}) });
    expect(unstated).toMatchObject({ verdict: "not-provider", systemProvider: "unknown" });
    expect(unstated.sentence).toMatch(/^The programme does not state whether anything is placed on the Union market/);
    expect(unstated.means.join(" ")).toContain("compliance.euMarket, compliance.ownName, compliance.researchOnly");
    expect(unstated.means.join(" ")).toContain("Not stated: whether the tuning changes the model significantly");
    // Whoever would be a provider inside the Union is asked, not told that no duty applies.
    const large = { shape: shape(8.03e9), plannedTokens: exactly(9e12), adapterParamCount: 0, method: "full" as const };
    expect(ask(large).verdict).toBe("provider");
    expect(ask({ ...large, facts: ComplianceFacts.parse({}) }).verdict).toBe("amber");
  });
  test("redistributing the weights does not change the verdict", () => {
    const shared = ask({ facts: facts({ distributesWeights: true }) });
    expect(shared.verdict).toBe(ask().verdict);
    expect(shared.means.join(" ")).toContain("Handing out the tuned weights alone");
  });
});

test("a significant change is amber however little was computed", () => {
  const answer = ask({ facts: facts({ significantChange: true }) });
  expect(answer.verdict).toBe("amber");
  expect(answer.sentence).toContain("counsel");
});

test("a significant change is amber where its compute is unknown", () => {
  expect(ask({ plannedTokens: null, facts: facts({ significantChange: true }) }).verdict).toBe("amber");
});

test("unknown tokens give an unknown verdict and a refusal, never a zero", () => {
  for (const plannedTokens of [null, exactly(Number.NaN), exactly(0)]) {
    const answer = ask({ plannedTokens });
    expect(answer).toMatchObject({ verdict: "unknown", upperFlop: null });
    expect(isRefusal(answer.plannedFlop)).toBe(true);
  }
});

test("an unknown base takes the fallback, and one with systemic risk the higher fallback", () => {
  expect(ask({ base: undefined })).toMatchObject({
    thresholdFlop: 1e23 / 3,
    baseFlop: null,
    baseSource: expect.stringContaining("is not in the catalogue") as string,
  });
  const unpublished = baseCompute("mistralai/Mistral-7B-v0.3")!;
  expect(ask({ base: unpublished }).baseSource).toContain(`compute of ${unpublished.id} is not published`);
  const systemic = { ...baseCompute("mistralai/Mistral-7B-v0.3")!, systemicRisk: "above" as const };
  expect(ask({ base: systemic }).thresholdFlop).toBe(1e25 / 3);
});

test("a provider by modification of a base with systemic risk is told of Article 55", () => {
  const answer = ask({
    shape: shape(405e9),
    base: baseCompute("meta-llama/Llama-3.1-405B"),
    plannedTokens: exactly(9e12),
    method: "pretrain",
    adapterParamCount: 0,
  });
  expect(answer.sentence).toContain("Article 55");
  expect(answer.means.join(" ")).toContain("limited to the modification");
});

test("earlier training on the same base is added to the lineage", () => {
  const answer = ask({ facts: facts({ priorTrainingFlop: 4e23 }) });
  expect(answer.verdict).toBe("provider");
  expect(answer.upperFlop!).toBeGreaterThan(1.3 * 4e23);
});

test("the reference pass of DPO and the rollouts of GRPO are in the upper bound, not in the best estimate", () => {
  const [sft, dpo, grpo] = (["lora", "dpo", "grpo"] as const).map((method) => ask({ method }));
  expect(dpo!.upperFlop! / sft!.upperFlop!).toBeCloseTo(8 / 6);
  expect(grpo!.upperFlop! / sft!.upperFlop!).toBeCloseTo(2);
  expect(dpo!.plannedFlop).toMatchObject({ p50: (sft!.plannedFlop as { p50: number }).p50 });
});

test("only dates from the day of the answer on are listed", () => {
  expect(ask({ on: "2026-12-02" }).deadlines[0]!.date).toBe("2026-12-02");
  expect(ask({ on: "2026-12-03" }).deadlines[0]!.date).toBe("2027-08-02");
});

test("the sentence gives compute with two significant figures", () => {
  expect(ask().sentence).toMatchInlineSnapshot(
    `"All planned training uses at most 3.0e18 FLOP (by tokens, 30 % error added), 0.0012 % of the limit; one third of the 7.2e23 FLOP that trained meta-llama/Llama-3.1-8B is 2.4e23 FLOP. Under 3.3e22 FLOP, a third of the minimum compute of any general-purpose model, this holds regardless of the base model's compute. You do not become provider of a general-purpose model by this modification."`,
  );
});

describe("hardware method", () => {
  const h100 = { id: "H100-80GB-SXM", bf16Tflops: 989 };
  // 672 and 2,880 H100-hours: the worked programmes A and C of the article of 2026-05-26; C = N·L·H·U of Annex A.
  test.each([
    [672, 1.2e21],
    [2880, 5.1e21],
  ])("%d stated H100-hours are %d FLOP at half the peak, and bound the answer", (hours, flop) => {
    const answer = ask({ hardware: { gpuHours: exactly(hours), gpu: h100 } });
    if (isRefusal(answer.hardwareFlop)) throw new Error("expected an estimate");
    expect(Number(answer.hardwareFlop.p50.toPrecision(2))).toBe(flop);
    expect(answer.upperFlop).toBeCloseTo(1.3 * answer.hardwareFlop.p50, -12);
    expect(answer.sentence).toContain(
      `(${hours.toLocaleString("en-US")} GPU-hours at half the GPU's peak; 3.0e18 by tokens; 30 % error added)`,
    );
  });

  test("the bound is the larger of the two, so few hours do not lower it", () => {
    const answer = ask({ hardware: { gpuHours: exactly(0.1), gpu: h100 } });
    expect(answer.upperFlop).toBe(ask().upperFlop);
  });

  test("hours that cannot be known, or a GPU without a peak, refuse it and leave the bound by tokens", () => {
    for (const hardware of [null, { gpuHours: exactly(672), gpu: { id: "Unknown", bf16Tflops: null } }]) {
      const answer = ask({ hardware });
      expect(isRefusal(answer.hardwareFlop)).toBe(true);
      expect(answer.upperFlop).toBe(ask().upperFlop);
    }
  });

  test("hours past the limit are a matter for counsel even where the tokens are few", () => {
    const answer = ask({ base: undefined, hardware: { gpuHours: exactly(20_000), gpu: h100 } });
    expect(answer.verdict).toBe("amber");
  });
});

const RANK = { "not-in-scope": 0, "not-provider": 0, amber: 1, provider: 2, unknown: -1 };

test("law: more tokens never lower the verdict", () => {
  const training = fc.record({
    base: fc.constantFrom("meta-llama/Llama-3.1-8B", "google/gemma-2-2b", "meta-llama/Llama-2-7b", "nobody/knows"),
    exponent: fc.double({ min: 5, max: 14, noNaN: true }),
    more: fc.double({ min: 0, max: 2, noNaN: true }),
    adapter: fc.boolean(),
  });
  fc.assert(
    fc.property(training, ({ base, exponent, more, adapter }) => {
      const rank = (tokens: number) =>
        RANK[
          ask({
            base: baseCompute(base),
            plannedTokens: exactly(tokens),
            method: adapter ? "lora" : "full",
            adapterParamCount: adapter ? 42e6 : 0,
          }).verdict
        ];
      expect(rank(10 ** (exponent + more))).toBeGreaterThanOrEqual(rank(10 ** exponent));
    }),
  );
});

test("law: under the universal floor no base of 10^23 FLOP or more makes a provider or an amber", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 23, max: 26, noNaN: true }),
      fc.double({ min: 0.01, max: 0.999, noNaN: true }),
      (exponent, share) => {
        const flop = 10 ** exponent;
        const base = { ...baseCompute("meta-llama/Llama-3.1-8B")!, lowFlop: flop, bestFlop: flop, highFlop: flop };
        const tokens = (share * UNIVERSAL_FLOOR_FLOP) / 1.3 / (6 * 8.03e9);
        const full = { method: "full", adapterParamCount: 0, plannedTokens: exactly(tokens) } as const;
        expect(ask({ ...full, base }).verdict).toBe("not-provider");
        expect(ask({ ...full, base: undefined }).verdict).toBe("not-provider");
      },
    ),
  );
});
