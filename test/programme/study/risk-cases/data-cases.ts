import type { StudyFacts } from "../../../../src/programme/study/study-facts.ts";
import type { Change } from "../changed-facts.ts";
import { type RuleCase, file, train, files, data, run, both, lengths } from "./rule-case.ts";

const classes = (largest: number, smallest: number): Change[] => [
  { programme: { task: { kind: "classification" }, data: { plannedRows: 0 } } },
  train({
    trainableRows: largest + smallest,
    classes: {
      counts: [
        { name: "a", rows: largest },
        { name: "b", rows: smallest },
      ],
    },
  }),
];

/** A stated mean that is so many times the measured one. */
function statedMean(times: number): Change {
  return (facts) => ({
    programme: {
      data: {
        meanTokens: (times * file(facts).tokens!.total) / file(facts).validRows,
        files: facts.programme.data.files.map((each) => ({ ...each, generated: false })),
      },
    },
  });
}

/** Cases of the risks of the data: of each rule one for every severity that it has. */
export const DATA_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  "data.no-file": [
    { fires: both({ datasets: [] }, data({ meanTokens: undefined })), as: "high", near: {} },
    { fires: both({ datasets: [] }, data({ meanTokens: 700 })), as: "medium", near: {} },
  ],
  "data.nothing-valid": [{ fires: train({ validRows: 0 }), as: "high", near: train({ validRows: 1 }) }],
  "data.same-file": [
    {
      fires: (facts) => ({ datasets: facts.datasets.map((each) => ({ ...each, sha256: "a" })) }),
      as: "high",
      near: both(
        files((all) => all.map((each) => ({ ...each, role: "train" }))),
        (facts: StudyFacts) => ({ datasets: facts.datasets.map((each) => ({ ...each, sha256: "a" })) }),
      ),
    },
  ],
  "data.generated": [
    {
      fires: files((all) => all.map((each) => ({ ...each, generated: each.role === "train" }))),
      as: "medium",
      near: files((all) => all.map((each) => ({ ...each, generated: each.role === "eval" }))),
    },
  ],
  "data.few-rows": [{ fires: { methodFacts: { rows: 4999 } }, as: "high", near: { methodFacts: { rows: 5000 } } }],
  "data.not-on-hand": [
    {
      fires: both(train({ trainableRows: 99 }), data({ plannedRows: 100 })),
      as: "medium",
      near: both(train({ trainableRows: 100 }), data({ plannedRows: 100 })),
    },
  ],
  "data.corpus-not-on-hand": [
    {
      fires: both(
        files((all) => [{ ...all[0], role: "corpus" }, ...all.slice(1)]),
        train({ tokens: { total: 99, method: "tokenizer" } }),
        (facts: StudyFacts) => ({
          programme: {
            ...facts.programme,
            data: {
              ...facts.programme.data,
              corpusTokens: 100,
              files: [{ ...facts.programme.data.files[0], role: "corpus" }],
            },
          },
        }),
      ),
      as: "medium",
      near: both(train({ tokens: { total: 100, method: "tokenizer" } }), (facts: StudyFacts) => ({
        programme: {
          ...facts.programme,
          data: {
            ...facts.programme.data,
            corpusTokens: 100,
            files: [{ ...facts.programme.data.files[0], role: "corpus" }],
          },
        },
      })),
    },
  ],
  "data.class-rows": [
    { fires: both(...classes(3000, 199)), as: "high", near: both(...classes(3000, 2000)) },
    { fires: both(...classes(3000, 1999)), as: "medium", near: both(...classes(2000, 2000)) },
  ],
  "data.class-count": [
    {
      fires: both(...classes(3000, 2000), { programme: { task: { classes: 3 } } }),
      as: "high",
      near: both(...classes(3000, 2000), { programme: { task: { classes: 2 } } }),
    },
  ],
  "data.class-imbalance": [{ fires: both(...classes(3000, 300)), as: "medium", near: both(...classes(2999, 300)) }],
  "data.duplicates": [
    {
      fires: train({ validRows: 1000, duplicateRows: 101 }),
      as: "high",
      near: train({ validRows: 1000, duplicateRows: 0 }),
    },
    {
      fires: train({ validRows: 1000, duplicateRows: 11 }),
      as: "low",
      near: train({ validRows: 1000, duplicateRows: 10 }),
    },
  ],
  "data.broken": [
    {
      fires: (facts) => ({ datasets: facts.datasets.map((each) => ({ ...each, rows: 100, validRows: 97 })) }),
      as: "high",
      near: (facts: StudyFacts) => ({
        datasets: facts.datasets.map((each) => ({ ...each, rows: 100, validRows: 100 })),
      }),
    },
    {
      fires: (facts) => ({ datasets: facts.datasets.map((each) => ({ ...each, rows: 100, validRows: 99 })) }),
      as: "low",
      near: (facts: StudyFacts) => ({ datasets: facts.datasets.map((each) => ({ ...each, rows: 0, validRows: 0 })) }),
    },
  ],
  "data.cut-rows": [
    { fires: train({ histogram: lengths(101) }), as: "high", near: train({ histogram: lengths(0) }) },
    { fires: train({ histogram: lengths(6) }), as: "low", near: train({ histogram: lengths(5) }) },
  ],
  "data.cut-mean": [
    {
      fires: { programme: { data: { meanTokens: 2049 }, training: { sequenceTokens: 2048 } } },
      as: "high",
      near: { programme: { data: { meanTokens: 2048 }, training: { sequenceTokens: 2048 } } },
    },
  ],
  "data.stated-tokens": [
    { fires: statedMean(1.31), as: "high", near: statedMean(1) },
    { fires: statedMean(1.29), as: "medium", near: statedMean(1.14) },
  ],
  "data.characters": [
    {
      fires: (facts) => ({
        datasets: facts.datasets.map((each) => ({ ...each, tokens: { ...each.tokens, method: "characters" } })),
      }),
      as: "low",
      near: (facts: StudyFacts) => ({
        datasets: facts.datasets.map((each) => ({ ...each, tokens: { ...each.tokens, method: "tokenizer" } })),
      }),
    },
  ],
  "data.contamination": [{ fires: run({ contamination: null }), as: "medium", near: run() }],
  "data.no-test-set": [
    { fires: files((all) => all.filter(({ role }) => role !== "eval")), as: "medium", near: files((all) => all) },
  ],
};
