import { type Change, known, UNKNOWN } from "../changed-facts.ts";
import { both, type RuleCase } from "./rule-case.ts";

const fleet = (fits: string): Change => ({ training: { fleet: { fits } } });

const excluded = (method: string): Change => ({
  programme: { training: { method: "lora", preferencePass: "none" } },
  method: { ranking: [{ method, verdict: "excluded", whyNot: [{ text: "It cannot." }] }] },
});

const advised = { method: "lora", verdict: "recommended", whyNot: [] };

/** Memory that the pass needs on a GPU of 80 GiB. */
function passMemory(p50: number, p90: number): Change {
  return { training: { passMemory: known(p50, [p50 - 1, p90]), memory: { capacityGib: 80 } } };
}

/** Stated hours, where ours are 10 to 100. */
function statedHours(hoursPerRun: number | undefined): Change {
  return { programme: { training: { hoursPerRun } }, training: { modelledHoursPerRun: known(50, [10, 100]) } };
}

function pass(preferencePass: string, preferencePairs: number): Change {
  return { programme: { training: { preferencePass }, data: { preferencePairs } } };
}

/** A GRPO pass with these settings. */
function sampled(training: object): Change {
  return { programme: { training: { preferencePass: "grpo", ...training } } };
}

/** Runs of a method. */
function trained(method: string, programme: object): Change {
  return { programme, training: { facts: { method } } };
}

/** A `programme.yaml` that states one field, at whatever value it has. */
function stating(stated: string): Change {
  return { isStated: (field: readonly string[]) => field.join(".") === stated };
}

const EACH_SIDE = { inputTokensPerMonth: 1e9, outputTokensPerMonth: 6e8 };

/** Tokens of a month next to what its serving costs, as stated. */
function monthOf(tokens: Partial<typeof EACH_SIDE>): Change {
  const none = { inputTokensPerMonth: undefined, outputTokensPerMonth: undefined };
  return { programme: { serving: { monthlyUsd: "9000", ...none, ...tokens } }, serving: null };
}

/** Hours of one run. */
function hours(p50: number): Change {
  return { training: { hoursPerRun: known(p50) }, planned: { parts: [] } };
}

const PASS = { id: "run.gpuHours.preference" };

/** Hours of the pass after the runs, whose own hours are unknown. */
function passHours(p50: number): Change {
  return ({ training: { spec } }) => ({
    training: { hoursPerRun: UNKNOWN },
    planned: { parts: [{ ...PASS, gpuHours: known(p50 * spec.gpuCount) }] },
  });
}

/** A deadline some days after the median day of the end: 8 weeks from 1 July, and then ten days of training, twenty at p90. */
function deadline(days: number): Change {
  return (facts) => ({
    planned: { gpuHours: known(240 * facts.training.spec.gpuCount, [1, 480 * facts.training.spec.gpuCount]) },
    programme: {
      start: "2026-07-01",
      team: { engineerWeeks: 8 },
      requirements: {
        deadline: new Date(Date.parse("2026-07-01") + (66 + days) * 86_400_000).toISOString().slice(0, 10),
      },
    },
  });
}

/** Cases of the risks of the training and its model: of each rule one for every severity that it has. */
export const TRAINING_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  "training.no-fleet": [
    { fires: fleet("no"), as: "high", near: fleet("yes") },
    { fires: { training: { fleet: undefined } }, as: "high", near: fleet("tight") },
  ],
  "training.method-excluded": [
    { fires: excluded("lora"), as: "high", near: excluded("dpo") },
    {
      fires: both(excluded("dpo"), { programme: { training: { preferencePass: "dpo" } } }),
      as: "high",
      near: both(excluded("dpo"), { programme: { training: { preferencePass: "ipo" } } }),
    },
    { fires: excluded("lora"), as: "high", near: both(excluded("lora"), { method: { ranking: [advised] } }) },
  ],
  "training.input-without-effect": [
    { fires: { programme: { training: { groupSize: 8 } } }, as: "low", near: sampled({ groupSize: 8 }) },
    {
      fires: { programme: { training: { completionTokens: 300 } } },
      as: "low",
      near: sampled({ completionTokens: 300 }),
    },
    {
      fires: { programme: { task: { kind: "qa", classes: 4 } } },
      as: "low",
      near: { programme: { task: { kind: "classification", classes: 4 } } },
    },
    {
      fires: {
        programme: {
          today: { api: undefined, apiUsdPerMonth: undefined, laborUsdPerMonth: undefined, shareReplaced: 0.5 },
        },
      },
      as: "low",
      near: { programme: { today: { api: "openai/gpt-4o", apiUsdPerMonth: "9000", shareReplaced: 0.5 } } },
    },
    { fires: { programme: { data: { preferencePairs: 400 } } }, as: "low", near: pass("dpo", 400) },
    {
      fires: { programme: { data: { corpusTokens: 1e9 } } },
      as: "low",
      near: trained("continued-pretraining", { data: { corpusTokens: 1e9 } }),
    },
    {
      fires: trained("full-sft", { training: { loraRank: 8 } }),
      as: "low",
      near: trained("qlora", { training: { loraRank: 8 } }),
    },
    {
      fires: { programme: { data: { annotatedShare: 0, minutesPerRow: 2 } } },
      as: "low",
      near: { programme: { data: { annotatedShare: 0.1, minutesPerRow: 2 } } },
    },
    {
      fires: both(trained("full-sft", {}), stating("training.loraRank")),
      as: "low",
      near: both(trained("qlora", {}), stating("training.loraRank")),
    },
    {
      fires: both(stating("serving.gpuCount"), { programme: { serving: { monthlyUsd: "9000" } }, serving: null }),
      as: "low",
      near: both(stating("serving.gpuCount"), { programme: { serving: { monthlyUsd: undefined } }, serving: null }),
    },
    { fires: monthOf({ outputTokensPerMonth: 6e8 }), as: "low", near: monthOf({ ...EACH_SIDE }) },
  ],
  "training.tight": [{ fires: fleet("tight"), as: "medium", near: fleet("yes") }],
  "training.pass-memory": [
    { fires: passMemory(81, 90), as: "medium", near: { training: { passMemory: undefined } } },
    { fires: passMemory(80, 81), as: "low", near: passMemory(79, 80) },
    { fires: passMemory(81, 90), as: "medium", near: { training: { passMemory: UNKNOWN } } },
  ],
  "training.memory-unknown": [{ fires: fleet("unknown"), as: "medium", near: fleet("yes") }],
  "training.stated-hours": [
    { fires: statedHours(1001), as: "high", near: statedHours(50) },
    { fires: statedHours(101), as: "medium", near: statedHours(100) },
    { fires: statedHours(0.99), as: "high", near: statedHours(undefined) },
    { fires: statedHours(9.9), as: "medium", near: statedHours(10) },
    {
      fires: statedHours(1000),
      as: "medium",
      near: both(statedHours(1000), { training: { modelledHoursPerRun: UNKNOWN } }),
    },
    { fires: statedHours(1), as: "medium", near: statedHours(11) },
  ],
  "training.old-price": [
    { fires: { priceAgeDays: 91 }, as: "low", near: { priceAgeDays: 90 } },
    { fires: { priceAgeDays: 91 }, as: "low", near: { priceAgeDays: null } },
  ],
  "training.spot": [
    {
      fires: { programme: { training: { term: "spot" } } },
      as: "low",
      near: { programme: { training: { term: "reserved" } } },
    },
  ],
  "training.preference-pairs": [
    { fires: pass("dpo", 0), as: "medium", near: pass("dpo", 1) },
    { fires: pass("ipo", 0), as: "medium", near: pass("grpo", 0) },
    { fires: pass("kto", 0), as: "medium", near: pass("none", 0) },
  ],
  "model.old-base": [
    {
      fires: { training: { shape: { released: "2024-11" } } },
      as: "medium",
      near: { training: { shape: { released: "2024-12" } } },
    },
    {
      fires: { training: { shape: { released: "2023-01-15" } } },
      as: "medium",
      near: { training: { shape: { released: null } } },
    },
  ],
  "model.licence": [
    {
      fires: { training: { shape: { licence: null } } },
      as: "medium",
      near: { training: { shape: { licence: "apache-2.0" } } },
    },
    {
      fires: { training: { shape: { licence: "llama3.1" } } },
      as: "low",
      near: { training: { shape: { licence: "mit" } } },
    },
    ...["bsd-3-clause", "cc-by-4.0", "CC0-1.0", "Apache-2.0"].map((licence): RuleCase => ({
      fires: { training: { shape: { licence: "cc-by-nc-4.0" } } },
      as: "low",
      near: { training: { shape: { licence } } },
    })),
    {
      fires: { training: { shape: { licence: "mitigated-use" } } },
      as: "low",
      near: { training: { shape: { licence: "MIT" } } },
    },
  ],
  "model.config": [
    { fires: { training: { notUnderstood: ["rope"] } }, as: "medium", near: { training: { notUnderstood: [] } } },
  ],
  "training.long-run": [
    { fires: hours(184 * 24), as: "high", near: hours(13 * 24) },
    { fires: hours(14 * 24 + 1), as: "medium", near: hours(14 * 24) },
    { fires: passHours(184 * 24), as: "high", near: passHours(14 * 24) },
    { fires: passHours(14 * 24 + 1), as: "medium", near: both(passHours(14 * 24 + 1), { planned: { parts: [] } }) },
    {
      fires: passHours(14 * 24 + 1),
      as: "medium",
      near: { training: { hoursPerRun: UNKNOWN }, planned: { parts: [{ ...PASS, gpuHours: UNKNOWN }] } },
    },
  ],
  "schedule.deadline": [
    { fires: deadline(-1), as: "high", near: { programme: { requirements: { deadline: undefined } } } },
    { fires: deadline(0), as: "medium", near: deadline(60) },
  ],
};
