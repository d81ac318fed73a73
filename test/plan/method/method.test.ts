import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MethodFacts, type MethodFactsInput, type Misfit } from "../../../src/domain/method-facts.ts";
import { MethodId } from "../../../src/domain/method.ts";
import { MethodChoice } from "../../../src/domain/study.ts";
import { GATE_RULES } from "../../../src/plan/method/fine-tune-gate.ts";
import { METHOD_PROFILES } from "../../../src/plan/method/method-profiles.ts";
import { isForced, monthlySpend, TRAINED } from "../../../src/plan/method/method-reading.ts";
import { METHOD_RULES } from "../../../src/plan/method/method-rules.ts";
import { chooseMethod, type MethodEstimate } from "../../../src/plan/method/method.ts";
import { lawRuns } from "../../law-runs.ts";

const refusal = { refused: "not estimated here", hint: "none" };
const noEstimate = (): MethodEstimate => ({ memory: refusal, gpuHours: refusal, cost: refusal, fleet: null });
const choose = (input: MethodFactsInput) => chooseMethod(MethodFacts.parse(input), noEstimate);
const scoreOf = (choice: MethodChoice, method: MethodId) => choice.ranking.find((each) => each.method === method)!;

const golden = readFileSync(new URL("../../golden/method-ranking.tsv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [name, facts, fineTune, chain, excluded, source] = line.split("\t") as [string, ...string[]];
    return { name, facts: JSON.parse(facts!) as MethodFactsInput, fineTune, chain, excluded, source };
  });

test.each(golden)("$name: $chain ($source)", ({ facts, fineTune, chain, excluded }) => {
  const choice = choose(facts);
  expect(choice.fineTune).toBe(fineTune);
  expect(choice.ranking[0]!.chain.join(",")).toBe(chain);
  for (const method of choice.ranking[0]!.chain) expect(scoreOf(choice, method).verdict).toBe("recommended");
  const out = choice.ranking.filter((each) => each.verdict === "excluded").map((each) => each.method);
  for (const method of excluded === "" ? [] : excluded!.split(",")) expect(out).toContain(method);
});

const misfit = (method: MethodId): Misfit => ({
  method,
  fleet: "2 × RTX-4090",
  needs: "44–105",
  capacityGib: 24,
  smallest: "1 × H200-141GB-SXM or 8 × RTX-4090",
});

/** Any facts at all, with amounts across every threshold. */
const anyFacts = fc
  .record({
    kind: fc.constantFrom("extraction", "classification", "qa", "chat", "code", "reasoning", "safety", "domain-corpus"),
    goals: fc.uniqueArray(fc.constantFrom("format", "style", "knowledge", "reasoning", "safety", "cost", "latency"), {
      minLength: 1,
    }),
    narrow: fc.boolean(),
    verifiableReward: fc.boolean(),
    changesTokenizer: fc.boolean(),
    factsChange: fc.boolean(),
    rows: fc.constantFrom(0, 1, 49, 50, 999, 1000, 5000, 99_999, 100_000, 2_000_000),
    preferencePairs: fc.constantFrom(0, 1, 999, 1000, 9999, 10_000, 250_000),
    corpusTokens: fc.constantFrom(0, 1e6, 9.9e8, 1e9, 1e12),
    personalData: fc.constantFrom("none", "pii", "phi"),
    apiAllowed: fc.boolean(),
    residency: fc.constantFrom("none", "eu", "on-premises"),
    latencyMsP95: fc.constantFrom(undefined, 100, 449, 450, 2000),
    apiUsdPerMonth: fc.constantFrom(undefined, "0", "4999.99", "5000", "24999", "25000", "1000000"),
    paramCount: fc.constantFrom(1e9, 8e9, 70e9, 671e9),
    fleetMemoryGib: fc.constantFrom(undefined, 16, 24, 80, 640, 20_000),
    misfits: fc.constantFrom<Misfit[]>([], [misfit("lora")]),
  })
  .map(({ latencyMsP95, apiUsdPerMonth, fleetMemoryGib, ...facts }) =>
    MethodFacts.parse({
      ...facts,
      model: "org/model",
      activeParamCount: facts.paramCount,
      ...(latencyMsP95 === undefined ? {} : { latencyMsP95 }),
      ...(apiUsdPerMonth === undefined ? {} : { apiUsdPerMonth }),
      ...(fleetMemoryGib === undefined ? {} : { fleetMemoryGib }),
    }),
  );

/** Checks what must hold for any facts. */
const law = (holds: (facts: MethodFacts, choice: MethodChoice) => void) =>
  fc.assert(
    fc.property(anyFacts, (facts) => {
      holds(facts, chooseMethod(facts, noEstimate));
    }),
    { numRuns: lawRuns(500), seed: 20_261_125 },
  );

/** Where a method stands in a chain. */
const stage = (method: MethodId) =>
  [
    "continued-pretraining",
    "lora qlora dora full-sft",
    "dpo ipo kto orpo",
    "grpo rlhf",
    "prompt-only",
    "rag",
  ].findIndex((names) => names.split(" ").includes(method));

describe("laws, for any facts", () => {
  test("a score is the sum of the points of its reasons, and every reason has a source", () => {
    law((_facts, { ranking }) => {
      for (const { score, why, whyNot } of ranking) {
        const reasons = [...why, ...whyNot];
        expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        for (const { text, source } of reasons) expect(text.length * source.length).toBeGreaterThan(0);
      }
    });
  });

  test("all methods are ranked once, by score, the excluded ones last", () => {
    law((_facts, choice) => {
      expect(choice.ranking.map(({ method }) => method).toSorted()).toEqual(MethodId.options.toSorted());
      const keys = choice.ranking.map(({ verdict, score }) => (verdict === "excluded" ? -1e6 : 0) + score);
      expect(keys).toEqual(keys.toSorted((a, b) => b - a));
      expect(MethodChoice.safeParse(choice).success).toBe(true);
    });
  });

  test("spend under 5,000 USD a month never gives yes unless an API is ruled out", () => {
    law((facts, { fineTune }) => {
      if ((monthlySpend(facts) ?? 0) < 5000 && !isForced(facts)) expect(fineTune).not.toBe("yes");
    });
  });

  test("a no to fine-tuning recommends nothing that trains", () => {
    law((_facts, { fineTune, ranking }) => {
      if (fineTune !== "no") return;
      for (const { method, verdict } of ranking)
        if (TRAINED.some((each) => each === method)) expect(["not-advised", "excluded"]).toContain(verdict);
    });
  });

  test("more preference pairs never lower the score of DPO", () => {
    law((facts, choice) => {
      for (const more of [1, 1000, 10_000, 1_000_000]) {
        const richer = chooseMethod({ ...facts, preferencePairs: facts.preferencePairs + more }, noEstimate);
        expect(scoreOf(richer, "dpo").score).toBeGreaterThanOrEqual(scoreOf(choice, "dpo").score);
      }
    });
  });

  test("more spend never turns a yes into a no, nor does a larger fleet exclude a method", () => {
    const rank = { no: 0, "only-if": 1, yes: 2 };
    law((facts, choice) => {
      if (facts.apiUsdPerMonth !== undefined) {
        const dearer = { ...facts, apiUsdPerMonth: `${Number(facts.apiUsdPerMonth) + 20_000}` };
        expect(rank[chooseMethod(dearer, noEstimate).fineTune]).toBeGreaterThanOrEqual(rank[choice.fineTune]);
      }
      if (facts.fleetMemoryGib === undefined) return;
      const larger = chooseMethod({ ...facts, fleetMemoryGib: facts.fleetMemoryGib * 2 }, noEstimate);
      for (const { method, verdict } of larger.ranking)
        if (verdict === "excluded") expect(scoreOf(choice, method).verdict).toBe("excluded");
    });
  });

  test("a chain holds the method, no method twice, none that is excluded, and its stages in order", () => {
    law((_facts, { ranking }) => {
      for (const { method, chain, verdict } of ranking) {
        expect(chain).toContain(method);
        const stages = chain.map(stage);
        expect(stages).toEqual([...new Set(stages)].toSorted((a, b) => a - b));
        for (const each of chain)
          if (each !== method) expect(ranking.find((other) => other.method === each)!.verdict).not.toBe("excluded");
        expect(verdict === "recommended" || ranking[0]!.method !== method).toBe(true);
      }
    });
  });
});

describe("the tables", () => {
  test("rule ids are unique, and every method has rules for and against and a profile", () => {
    const ids = [...METHOD_RULES, ...GATE_RULES].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const method of MethodId.options) {
      const points = METHOD_RULES.filter(({ methods }) => methods.includes(method)).map((rule) => rule.points);
      expect(Math.max(...points), `for ${method}`).toBeGreaterThan(0);
      expect(Math.min(...points), `against ${method}`).toBeLessThan(0);
    }
    expect(METHOD_PROFILES.map(({ method }) => method)).toEqual(MethodId.options);
  });

  test("points are of the documented scale, and what excludes settles it", () => {
    for (const { id, points, excludes } of METHOD_RULES) {
      expect([0, 5, 10, 20, 40, 100], id).toContain(Math.abs(points));
      if (excludes) expect(points, id).toBe(-100);
    }
  });

  test("every rule speaks for some facts and is silent for others, or is there always", () => {
    const seen = new Map<string, Set<boolean>>();
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const see = (id: string, speaks: boolean) => seen.set(id, (seen.get(id) ?? new Set()).add(speaks));
        for (const { id, methods, when } of METHOD_RULES)
          see(
            id,
            methods.some((method) => when(facts, method)),
          );
        for (const { id, when } of GATE_RULES) see(id, when(facts));
      }),
      { numRuns: lawRuns(4000), seed: 1 },
    );
    const never = [...seen].filter(([, answers]) => !answers.has(true)).map(([id]) => id);
    expect(never).toEqual(["memory.experts"]); // no mixtures among these facts: tested by itself
    const always = [...seen].filter(([, answers]) => !answers.has(false)).map(([id]) => id);
    for (const id of always) expect(METHOD_RULES.find((rule) => rule.id === id)!.about).toBe("always");
  });
});

describe("a fleet that does not hold a method, activations and all", () => {
  const large = {
    kind: "chat",
    goals: ["style"],
    rows: 8000,
    apiUsdPerMonth: "30000",
    model: "m",
    paramCount: 70e9,
    activeParamCount: 70e9,
    fleetMemoryGib: 48,
  } satisfies MethodFactsInput;

  test("excludes it with what it needs and the smallest fleet that holds it", () => {
    const choice = choose({ ...large, misfits: [misfit("qlora")] });
    expect(scoreOf(choice, "qlora").verdict).toBe("excluded");
    expect(scoreOf(choice, "qlora").whyNot[0]!.text).toBe(
      "It needs 44–105 GiB on each GPU of 2 × RTX-4090, which has 24. The smallest fleet that fits: 1 × H200-141GB-SXM or 8 × RTX-4090.",
    );
    expect(choice.ranking[0]!.chain).not.toContain("qlora");
  });

  test("and none of the others makes the answer only if, with the fleet that it takes", () => {
    const choice = choose({ ...large, misfits: [misfit("qlora")] });
    expect(choice.fineTune).toBe("only-if");
    expect(choice.fineTuneReasons.find(({ rule }) => rule === "gate.no-room")!.text).toMatch(
      /^Nothing can be trained on 2 × RTX-4090: QLoRA, .* needs 44–105 GiB on each GPU, which has 24\. Only if you rent a larger fleet \(the smallest for QLoRA: 1 × H200/,
    );
    expect(choose(large).ranking[0]!.chain).toContain("qlora");
  });

  test("is said once: state that exceeds the fleet speaks for itself", () => {
    const choice = choose({ ...large, misfits: [misfit("lora")] });
    expect(
      scoreOf(choice, "lora")
        .whyNot.filter(({ rule }) => rule.startsWith("fit."))
        .map(({ rule }) => rule),
    ).toEqual(["fit.bf16"]);
  });
});

test("rows of extraction are counted for every field, which is said to be our reading and not the article's", () => {
  const sized = {
    kind: "extraction",
    classes: 8,
    rows: 14_000,
    model: "m",
    paramCount: 7e9,
    activeParamCount: 7e9,
  } as const;
  const choice = choose({ ...sized, goals: ["format"] });
  const reason = scoreOf(choice, "lora").why.find(({ rule }) => rule === "rows.in-range")!;
  expect(reason.text).toMatch(/reach the 2,000 per field .*our interpretation, the article does not say/);
  const classes = choose({ ...sized, kind: "classification", goals: ["format"], rows: 15_000 });
  expect(scoreOf(classes, "lora").whyNot.map(({ rule }) => rule)).toContain("rows.below-range"); // 8 x 2,000
});

test("a mixture of experts speaks against QLoRA", () => {
  const mixture = { model: "Qwen/Qwen3-30B-A3B", paramCount: 30.5e9, activeParamCount: 3.3e9 };
  const choice = choose({ kind: "chat", goals: ["style"], rows: 5000, apiUsdPerMonth: "30000", ...mixture });
  expect(scoreOf(choice, "qlora").whyNot.map(({ rule }) => rule)).toContain("memory.experts");
  expect(choice.ranking[0]!.method).toBe("lora");
});

test("LoRA is praised for memory, and its speed is corrected", () => {
  const lora = scoreOf(choose(golden[1]!.facts), "lora");
  expect(lora.why.map(({ rule }) => rule)).toContain("memory.adapter");
  expect(lora.whyNot.find(({ rule }) => rule === "memory.not-speed")!.text).toContain("two thirds of the FLOPs");
});

test("the limits of the rules can be replaced", () => {
  const facts = { ...golden[0]!.facts, limits: { tuneFromUsdPerMonth: "1000" } };
  expect(choose(facts).fineTune).not.toBe("no");
});
