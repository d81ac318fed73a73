import { CLEAN, type RuleCase, run, stages, both, personalData } from "./rule-case.ts";

const hit = (against: string) => [{ against, rows: 3, items: 2 }];

/** Cases of the risks of data runs: of each rule one for every severity that it has. */
export const CURATION_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  "curation.stale": [{ fires: run({ state: "stale", why: ["it is old"] }), as: "medium", near: run() }],
  "curation.apart": [
    {
      fires: run({
        state: "apart",
        why: ["no row came through"],
        stages: [{ stage: "read", rowsIn: 1, rowsKept: 0, dropped: [] }],
      }),
      as: "high",
      near: run(),
    },
    { fires: run({ state: "apart", why: ["other files"] }), as: "low", near: run() },
  ],
  "curation.rights": [
    { fires: run({ rights: { blocked: 30, held: 20, keptForCounsel: 0 } }), as: "high", near: run() },
    { fires: run({ rights: { blocked: 0, held: 1, keptForCounsel: 0 } }), as: "medium", near: run({ rights: null }) },
  ],
  "curation.counsel": [{ fires: run({ rights: { blocked: 0, held: 0, keptForCounsel: 1 } }), as: "high", near: run() }],
  "curation.order": [
    {
      fires: run({ stages: stages("read", "redact", "decontaminate") }),
      as: "medium",
      near: run({ stages: stages("read", "decontaminate", "redact") }),
    },
  ],
  "curation.test-leak": [
    {
      fires: run({ contamination: { against: ["data/eval.csv"], dropped: 2, hits: hit("data/eval.csv") } }),
      as: "high",
      near: run(),
    },
    {
      fires: run({ contamination: { against: ["data/eval.csv"], dropped: 3, hits: hit("data/eval.csv") } }),
      as: "medium",
      near: run({ contamination: { against: ["other.csv"], dropped: 3, hits: hit("other.csv") } }),
    },
  ],
  "curation.contamination": [
    {
      fires: run({ contamination: { against: ["data/eval.csv"], dropped: 1, hits: null } }),
      as: "medium",
      near: run({ contamination: { against: ["data/eval.csv"], dropped: 0, hits: null } }),
    },
  ],
  "curation.benchmarks": [
    {
      fires: run({ contamination: { against: ["gsm8k.jsonl"], dropped: 3, hits: hit("gsm8k.jsonl") } }),
      as: "low",
      near: run({ contamination: { against: ["data/eval.csv"], dropped: 3, hits: hit("data/eval.csv") } }),
    },
  ],
  "curation.parts": [
    {
      fires: run({
        isParted: true,
        parts: [
          { part: "train", rows: 9 },
          { part: "test", rows: 1 },
        ],
      }),
      as: "high",
      near: run({
        isParted: false,
        parts: [
          { part: "train", rows: 9 },
          { part: "test", rows: 1 },
        ],
      }),
    },
  ],
  "curation.undeclared-personal-data": [
    {
      fires: both(
        personalData("none"),
        run({ personalData: { ...CLEAN.personalData!, entities: [{ entity: "EMAIL", spans: 1, rows: 1 }] } }),
      ),
      as: "high",
      near: both(
        personalData("pii"),
        run({ personalData: { ...CLEAN.personalData!, entities: [{ entity: "EMAIL", spans: 1, rows: 1 }] } }),
      ),
    },
  ],
  "curation.personal-data": [
    {
      fires: run({ personalData: { ...CLEAN.personalData!, leaks: 1, leaksKept: true } }),
      as: "high",
      near: run({ personalData: { ...CLEAN.personalData!, leaks: 1, leaksKept: false } }),
    },
    { fires: run({ personalData: { ...CLEAN.personalData!, review: 1 } }), as: "low", near: run() },
  ],
};
