import { describe, expect, test } from "vitest";

import { deriveFacts } from "../../src/comply/derived-facts.ts";
import { complianceRoles } from "../../src/comply/roles.ts";
import type { FactValue } from "../../src/domain/compliance.ts";

/** Answers of all roles, over stated facts and what follows from them. */
function answers(stated: Record<string, FactValue>): Record<string, string> {
  const derived = deriveFacts(new Map(Object.entries(stated)));
  const known = new Map(Object.entries(stated).map(([id, value]) => [id, { id, value, source: "test" }]));
  for (const fact of derived) known.set(fact.id, fact);
  return Object.fromEntries(complianceRoles(known).map(({ id, answer }) => [id, answer]));
}

const EU = { "scope.placedOnUnionMarket": true, "scope.euUsers": true, "scope.researchOnly": false };

const OUTSIDE = { "scope.placedOnUnionMarket": false, "scope.euUsers": false };

/** Trained from scratch, with the facts from which a modification of a base would follow. */
const SCRATCH = { "gpai.trainedFromScratch": true, "base.upstreamExcludesEU": false, "run.modificationFlop": 1e18 };

describe("a provider of a model with systemic risk, Article 51", () => {
  const systemic = (stated: Record<string, FactValue>): FactValue =>
    deriveFacts(new Map(Object.entries(stated))).find(({ id }) => id === "gpai.isSystemicProvider")!.value;
  const PROVIDER = { "base.upstreamExcludesEU": true };

  test.each<[string, Record<string, FactValue>, FactValue]>([
    ["if the base has it", { ...PROVIDER, "base.systemicRisk": true }, true],
    [
      "if base and training exceed 1e25 FLOP",
      { ...PROVIDER, "base.trainingFlop": 9e24, "run.modificationFlop": 2e24 },
      true,
    ],
    [
      "not if they do not and the base has none",
      { ...PROVIDER, "base.systemicRisk": false, "base.trainingFlop": 9e24 },
      false,
    ],
    ["unknown if the base is unknown", PROVIDER, null],
    ["unknown if nobody knows whether it is a provider", { "base.systemicRisk": true }, null],
  ])("%s", (_name, stated, value) => {
    expect(systemic(stated)).toBe(value);
  });
});

describe("roles", () => {
  test("nothing is known: every role is unknown, none is denied", () => {
    expect(new Set(Object.values(answers({})))).toEqual(new Set(["unknown"]));
  });

  test.each<[source: string, role: string, facts: Record<string, FactValue>, answer: string]>([
    ["Article 2(1)", "scope", EU, "yes"],
    ["Article 2(1)", "scope", { "scope.placedOnUnionMarket": false, "scope.euUsers": false }, "no"],
    ["Article 2(1)(c): the output alone", "scope", { ...EU, "scope.placedOnUnionMarket": false }, "yes"],
    ["Article 2(6)", "scope", { ...EU, "scope.researchOnly": true }, "no"],
    ["one of two is known", "scope", { "scope.placedOnUnionMarket": false }, "unknown"],
    ["Article 2(1): outside it nobody is a deployer", "deployer", { ...OUTSIDE, "sys.isDeployer": true }, "no"],
    ["Article 2(1): outside it no system is classified", "high-risk", OUTSIDE, "no"],
    ["Article 2(1): outside it no model has a provider", "gpai-provider", OUTSIDE, "no"],
    ["Article 3(3)", "system-provider", { ...EU, "sys.putsIntoService": true }, "yes"],
    [
      "outside the Union",
      "system-provider",
      { "scope.placedOnUnionMarket": false, "scope.euUsers": false, "sys.putsIntoService": true },
      "no",
    ],
    ["Article 6", "high-risk", { "sys.highRisk": "annexIII" }, "yes"],
    ["Article 6", "high-risk", { "sys.highRisk": "no" }, "no"],
    ["GDPR, Article 4(7)", "gdpr", { "data.personal": true, "gdpr.role": "controller" }, "yes"],
    ["GDPR, Article 2", "gdpr", { "data.personal": false }, "no"],
    ["GDPR: the role is not known", "gdpr", { "data.personal": true }, "unknown"],
    ["45 CFR 160.103", "hipaa", { "data.usPhi": true, "org.hipaaRole": "businessAssociate" }, "yes"],
    ["45 CFR 160.103", "hipaa", { "data.usPhi": true, "org.hipaaRole": "none" }, "no"],
    ["45 CFR 160.103: the role is not known", "hipaa", { "data.usPhi": true }, "unknown"],
    ["Article 3(3): nobody says whether it is in scope", "system-provider", { "sys.putsIntoService": true }, "unknown"],
    ["Article 3(3): nobody says whether it is offered", "system-provider", EU, "unknown"],
    ["from scratch, a general-purpose one", "gpai-provider", { ...SCRATCH, "base.isGpai": true }, "yes"],
    ["from scratch, of a kind that is not known", "gpai-provider", SCRATCH, "unknown"],
    ["from a maker that excluded the Union", "gpai-provider", { "base.upstreamExcludesEU": true }, "yes"],
  ])("%s: %s", (...[, role, facts, answer]) => {
    expect(answers(facts)[role]).toBe(answer);
  });

  test("an owner that is neither controller nor processor does not make personal data disappear", () => {
    const stated = { "data.personal": true, "gdpr.role": "none" };
    const known = new Map(Object.entries(stated).map(([id, value]) => [id, { id, value, source: "test" }]));
    const role = complianceRoles(known).find(({ id }) => id === "gdpr")!;
    expect(role.answer).toBe("no");
    expect(role.reason).toContain("neither a controller nor a processor");
  });

  test("an unknown answer names the facts that are not known yet", () => {
    const known = new Map([["data.usPhi", { id: "data.usPhi", value: true, source: "test" }]]);
    const role = complianceRoles(known).find(({ id }) => id === "hipaa")!;
    expect(role.reason).toMatch(/\. Not known yet: org\.hipaaRole, data\.deid\.$/);
    expect(complianceRoles(new Map()).filter(({ reason }) => !reason.includes("Not known yet"))).toEqual([]);
  });

  test.each<[flop: number, answer: string]>([
    // C(2025) 5045, section 3.2: one third of 3e23 is 1e23; the band is 30 % to both sides.
    [7.5e22, "no"],
    [9e22, "amber"],
    [1.2e23, "amber"],
    [1.5e23, "yes"],
  ])("a modification of %d FLOP on a base of 3e23", (flop, answer) => {
    const facts = {
      ...EU,
      "base.trainingFlop": 3e23,
      "base.isGpai": true,
      "base.upstreamExcludesEU": false,
      "gpai.trainedFromScratch": false,
      "model.narrow": false,
      "run.modificationFlop": flop,
    };
    expect(answers(facts)["gpai-provider"]).toBe(answer);
  });

  test.each<[source: string, base: number | null, flop: number, answer: string]>([
    // Commission guidelines C(2025) 5045, section 3.2, worked with 6PD of published parameters and tokens.
    ["Llama-3.1-8B, LoRA, 48 M tokens", 7.227e23, 2.31264e18, "no"],
    ["Llama-3.3-70B, QLoRA, 100 M tokens", 6.354e24, 4.236e19, "no"],
    ["Qwen2.5-7B, all weights, 1 B tokens", 8.2188e23, 4.566e19, "no"],
    ["Qwen2.5-7B, continued, 500 B tokens", 8.2188e23, 2.283e22, "no"],
    ["Mistral-7B (not published), LoRA, 50 M tokens", null, 2.175e18, "no"],
    ["Mistral-7B (not published), continued, 1 T tokens", null, 4.35e22, "amber"],
    ["70B (not published), continued, 60 B tokens", null, 2.52e22, "no"],
    ["Gemma-2-2B, continued, 1 T tokens: base and result under 1e23", 3.132e22, 1.566e22, "no"],
    ["Llama-2-7B, continued, 900 B tokens: the result may cross 1e23", 8.088e22, 3.6396e22, "amber"],
    ["Llama-3.1-405B, continued, 9 T tokens", 3.7908e25, 2.187e25, "yes"],
  ])("%s", (...[, base, flop, answer]) => {
    const facts = {
      ...EU,
      "base.trainingFlop": base,
      "base.isGpai": base === null ? null : base >= 1e23,
      "base.upstreamExcludesEU": false,
      "gpai.trainedFromScratch": false,
      "run.modificationFlop": flop,
    };
    expect(answers(facts)["gpai-provider"]).toBe(answer);
  });
});

test("nobody is said to hold health data of whom that is not known", () => {
  const reasonFor = (isPhi: boolean | null): string => {
    const facts = new Map([["data.usPhi", { id: "data.usPhi", value: isPhi, source: "test" }]]);
    return complianceRoles(facts).find(({ id }) => id === "hipaa")!.reason;
  };
  expect(reasonFor(null)).toContain("does not state whether the rows contain health information");
  expect(reasonFor(true)).toContain("The rows contain health data, but");
});
