import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import * as z from "zod";

import { Failure } from "../../../src/base/failure.ts";
import { runPipeline } from "../../../src/curate/pipeline/run-pipeline.ts";
import { PipelineStage } from "../../../src/domain/data-pipeline.ts";
import { folderOf, jsonl } from "../../curate/pipeline/rows.ts";

type Case = { rows?: readonly object[]; more?: readonly object[] | undefined; base?: object; changed: object };

const LONG =
  "The committee published its findings after a long review of the harbour, its cranes and the ferry that leaves";
const chat = (prompt: string, completion: string, rest: object = {}): object => ({ prompt, completion, ...rest });
const NEAR = [
  chat(LONG, "It sailed at nine.", { n: 1, v: [1, 0] }),
  chat(`${LONG} daily`, "It sailed at nine.", { n: 2, v: [1, 0.05] }),
];
const SHORTER = [NEAR[0]!, chat("A question of its own about tides", "Twice a day.", { n: 9, v: [0, 1] })];
/** Pairs of long rows that differ in a word. */
const ALIKE = Array.from(
  { length: 12 },
  (_, index) =>
    `${"abcdefghijkl"[index]!.repeat(7)} `.repeat(3) +
    LONG.split(" ")
      .toSorted((a, b) => ((a.length * 7 + index) % 5) - ((b.length * 3 + index) % 7))
      .join(" "),
).flatMap((text) => [
  chat(`${text} ${text.split(" ").toReversed().join(" ")}`, "Yes."),
  chat(`${text} ${text.split(" ").toReversed().join(" ")} daily`, "Yes."),
]);
const SHIFT = { keyFile: "key", operators: { "*": "date-shift" } };
const PEOPLE = [
  chat("Who wrote?", "Ms. Jane Smith, born 03/04/2020, jane@example.com, staff K-1234.", {
    user: 1,
    other: "jo@example.org",
  }),
  chat("And the other?", "Mr. Karl Meier, NIF 12345678Z, Weiden.", { user: 2, other: "none" }),
];
const DATED = Array.from({ length: 20 }, (_, index) =>
  chat(`Question ${index} about ${"abcdefghijklmnopqrst"[index]!.repeat(9)}`, `Answer ${index * 7}`, {
    user: index % 4,
    when: `2026-01-${String(index + 1).padStart(2, "0")}`,
    label: index % 2 === 0 ? "a" : "b",
  }),
);
const RIGHTS = [
  {
    text: "a page of text",
    licence: "CC-BY-NC-4.0",
    page: "https://example.org/closed/1",
    made: "gpt-4o",
    licence2: "MIT",
  },
];
const ITEM =
  "Which river flows past the old lighthouse of Cape Meridian and on to the northern sea after the winter thaw";
const JUDGE = { url: "http://127.0.0.1:9", model: "m", free: true };

/** A change of each option of each stage that must change the rows, the counts, a finding, or the error. */
const CASES: Readonly<Record<string, Case>> = {
  "import.format": { changed: { format: "text" } },
  "import.dropErrors": { rows: [chat("a", ""), chat("c", "d")], base: {}, changed: { dropErrors: true } },
  "trainable.fields": {
    rows: [{ q: "a", a: "" }],
    base: { fields: { prompt: "q", completion: "a" } },
    changed: { fields: { text: "q" } },
  },
  "exact.fields": {
    rows: [
      { q: "a", a: "b" },
      { q: "a", a: "c" },
    ],
    base: { fields: { prompt: "q", completion: "a" } },
    changed: { fields: { text: "q" } },
  },
  "dedup.textField": { rows: NEAR, changed: { textField: "completion" } },
  "dedup.method": { rows: NEAR, changed: { method: "exact" } },
  "dedup.threshold": { rows: NEAR, changed: { threshold: 0.99 } },
  "dedup.verify": { rows: NEAR, changed: { verify: false, threshold: 0.95 }, base: { threshold: 0.95 } },
  "dedup.distance": {
    rows: ALIKE,
    base: { method: "simhash", distance: 0 },
    changed: { method: "simhash", distance: 7 },
  },
  "dedup.vectorField": {
    rows: NEAR,
    base: { method: "vectors", vectorField: "v" },
    changed: { method: "vectors", vectorField: "w" },
  },
  "dedup.keep": { rows: NEAR, changed: { keep: "longest" } },
  "dedup.by": { rows: NEAR, base: { keep: "best", by: "n" }, changed: { keep: "best", by: "m" } },
  "dedup.sources": {
    rows: ALIKE,
    more: ALIKE,
    base: { keep: "source", sources: ["data.jsonl"] },
    changed: { keep: "source", sources: ["more.jsonl"] },
  },
  "dedup.nearLimit": { rows: ALIKE, base: { nearLimit: 0.1 }, changed: { nearLimit: 1 } },
  "dedup.clusterAlarm": { rows: [...NEAR, chat(`${LONG} weekly`, "It sailed at nine.")], changed: { clusterAlarm: 1 } },
  "dedup.removalAlarm": {
    rows: ALIKE,
    base: { nearLimit: 1, removalAlarm: 0.1 },
    changed: { nearLimit: 1, removalAlarm: 1 },
  },
  "redact.textField": { changed: { textField: "other" } },
  "redact.profile": { changed: { profile: "hipaa" } },
  "redact.operators": { changed: { operators: { EMAIL_ADDRESS: "mask" } } },
  "redact.personField": { base: { personField: "user" }, changed: { personField: "nobody" } },
  "redact.dateOrder": { base: SHIFT, changed: { ...SHIFT, dateOrder: "dmy" } },
  "redact.asOf": {
    rows: [chat("When?", "She was born in 1936 and visited us.")],
    base: { profile: "hipaa", asOf: "2000-01-01" },
    changed: { profile: "hipaa", asOf: "2026-01-01" },
  },
  "redact.locales": { base: { locales: ["DE"] }, changed: { locales: ["ES"] } },
  "redact.minScore": { changed: { minScore: 1 } },
  "redact.reviewScore": {
    rows: [chat("Who?", "Ms. Jane Smith wrote it.")],
    base: { minScore: 1, reviewScore: 1 },
    changed: { minScore: 1 },
  },
  "redact.allow": { changed: { allow: ["jane@example.com"] } },
  "redact.deny": { changed: { deny: ["Weiden"] } },
  "redact.recognisers": { changed: { recognisers: [{ entity: "STAFF_ID", pattern: "K-\\d{4}" }] } },
  "redact.onLeak": {
    rows: [chat("Who?", "Ask jane@example.com.", { other: "jane@example.com" })],
    base: { textField: "completion" },
    changed: { textField: "completion", onLeak: "keep" },
  },
  "redact.keyFile": { base: { keyFile: "one" }, changed: { keyFile: "two" } },
  "redact.nerModel": { changed: { nerModel: "model" } },
  "rights.rights": {
    base: { on: "2026-11-25", rights: "one.yaml" },
    changed: { on: "2026-11-25", rights: "two.yaml" },
  },
  "rights.use": {
    base: { licenceField: "licence", on: "2026-11-25" },
    changed: { licenceField: "licence", on: "2026-11-25", use: "academic" },
  },
  "rights.on": {
    base: { rights: "rights.yaml", on: "2026-11-25" },
    changed: { rights: "rights.yaml", on: "2027-11-25" },
  },
  "rights.licenceField": {
    base: { licenceField: "licence", on: "2026-11-25" },
    changed: { licenceField: "licence2", on: "2026-11-25" },
  },
  "rights.urlField": {
    base: { rights: "rights.yaml", on: "2026-11-25" },
    changed: { rights: "rights.yaml", on: "2026-11-25", urlField: "page" },
  },
  "rights.generatedByField": {
    base: { licenceField: "licence2", on: "2026-11-25" },
    changed: { licenceField: "licence2", on: "2026-11-25", generatedByField: "made" },
  },
  "rights.counsel": {
    rows: [{ text: "a page", licence: "ask the author" }],
    base: { licenceField: "licence", on: "2026-11-25" },
    changed: { licenceField: "licence", on: "2026-11-25", counsel: "keep" },
  },
  "decontaminate.against": { changed: { against: ["other.jsonl"] } },
  "decontaminate.method": { rows: [chat(`${ITEM} of 1923?`, "none")], changed: { method: "longest-match" } },
  "decontaminate.minScore": {
    rows: [chat(ITEM.slice(0, 60), "none")],
    base: { method: "coverage", minScore: 0.1 },
    changed: { method: "coverage", minScore: 1 },
  },
  "decontaminate.textFields": { rows: [chat(ITEM, "none")], changed: { textFields: ["completion"] } },
  "decontaminate.vectorField": {
    rows: [chat(ITEM, "none")],
    base: { method: "embedding", vectorField: "a" },
    changed: { method: "embedding", vectorField: "b" },
  },
  "decontaminate.verdicts": { rows: [chat(ITEM, "none")], changed: { verdicts: "none.jsonl" } },
  "decontaminate.judge": { rows: [chat(ITEM, "none")], changed: { judge: JUDGE } },
  "quality.profile": { rows: [chat("a", "b")], changed: { profile: "gopher" } },
  "quality.allow": {
    rows: [chat("How?", "I'm sorry, but as an AI language model I cannot help with that.")],
    changed: { allow: ["refusal"] },
  },
  "quality.minAnswerCharacters": { rows: [chat("How?", "So.")], changed: { minAnswerCharacters: 50 } },
  "quality.maxCharacters": { rows: [chat("How?", "So it is.")], changed: { maxCharacters: 5 } },
  "quality.words": { rows: [chat("How?", "So it is.")], changed: { words: "words.txt" } },
  "quality.fields": {
    rows: [{ q: "How?", a: "So it is." }],
    base: { fields: { prompt: "q", completion: "a" } },
    changed: { fields: { text: "nothing" } },
  },
  "quality.judge": { rows: [chat("How?", "So it is.")], changed: { judge: JUDGE } },
  "synthetic.maxShare": {
    rows: [chat("a", "b", { synthetic: true }), chat("c", "d")],
    base: { maxShare: 0 },
    changed: { maxShare: 0.5 },
  },
  "synthetic.sources": {
    rows: [chat("a", "b"), chat("c", "d")],
    base: { maxShare: 0.5 },
    changed: { maxShare: 0.5, sources: ["data.jsonl"] },
  },
  "split.test": { changed: { test: "30%" } },
  "split.validation": { changed: { validation: "20%" } },
  "split.groupBy": { changed: { groupBy: ["user"] } },
  "split.stratifyBy": { base: { test: 4 }, changed: { test: 4, stratifyBy: "label" } },
  "split.timeField": { changed: { timeField: "when" } },
  "split.nearDuplicates": { rows: ALIKE, base: { test: "40%" }, changed: { test: "40%", nearDuplicates: false } },
  "split.seed": { changed: { seed: 2 } },
  "split.fields": {
    rows: ALIKE.map((row, index) => ({ ...row, other: `${index} `.repeat(30) })),
    base: { test: "40%" },
    changed: { test: "40%", fields: { text: "other" } },
  },
  "split.part": { changed: { part: "train" } },
};

/** Rows and options of a stage whose cases do not state them. */
const OF_STAGE: Readonly<Record<string, Case>> = {
  import: { rows: [chat("a", "b")], base: { format: "prompt-completion" }, changed: {} },
  redact: { rows: PEOPLE, changed: {} },
  rights: { rows: RIGHTS, changed: {} },
  decontaminate: { rows: [chat(ITEM, "none")], base: { against: ["items.jsonl"] }, changed: {} },
  split: { rows: DATED, changed: {} },
};

const FILES = {
  "items.jsonl": jsonl([{ question: ITEM }]),
  "other.jsonl": jsonl([{ question: "How many ferries leave the harbour on the first Sunday of an ordinary month" }]),
  "words.txt": "it\n",
  key: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
  "tdmrep.json": JSON.stringify([{ location: "/closed/*", "tdm-reservation": 1 }]),
  "rights.yaml": `sources:
  - source: "*"
    licence: CC-BY-4.0
    expires: 2026-12-31
    optOut: [{ kind: tdmrep.json, file: tdmrep.json, host: example.org }]
`,
};

/** All that a run of one stage says: rows, counts and findings, or its error. */
async function answer(
  stage: string,
  { rows = [], more }: Pick<Case, "rows" | "more">,
  options: object,
): Promise<string> {
  const inputs = { "data.jsonl": jsonl(rows), ...(more === undefined ? {} : { "more.jsonl": jsonl(more) }) };
  const dir = await folderOf({ ...FILES, ...inputs });
  chmodSync(join(dir, "key"), 0o600);
  try {
    const outcome = await runPipeline(
      {
        dir,
        sources: Object.keys(inputs).map((source) => ({ path: join(dir, source), source })),
        stages: [PipelineStage.parse({ stage, ...options })],
        resolve: (name) => Promise.resolve(join(dir, name)),
      },
      {
        executor: "inline",
        workers: 1,
        out: join(dir, "out.jsonl"),
        mayReplace: () => Promise.resolve(true),
        now: () => new Date(0),
        onProgress: () => undefined,
      },
    );
    const stages = outcome.stages.map(({ rowsIn, rowsKept, dropped, notes, findings }) => ({
      rowsIn,
      rowsKept,
      dropped,
      notes,
      findings,
    }));
    const files = readdirSync(dir).filter((name) => name.startsWith("out") || /^(train|test|validation)/.test(name));
    const written = files.map((name) => [name, readFileSync(join(dir, name), "utf8")]);
    return JSON.stringify({ stages, written }).replaceAll(dir, "");
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof z.ZodError)) throw error;
    return error.message.replaceAll(dir, "");
  }
}

/** Names of the options of every stage, from the schema. */
function optionNames(): string[] {
  return PipelineStage.options.flatMap(({ shape }) => {
    const { stage, ...options } = shape;
    return Object.keys(options).map((name) => `${stage.value}.${name}`);
  });
}

// The options of `labels` need a sealed task: test/curate/labels-stage.test.ts.
const NAMES = optionNames().filter((name) => !name.startsWith("labels."));

test("every option of every stage has a case", () => {
  expect(Object.keys(CASES).toSorted()).toEqual(NAMES.toSorted());
});

test.each(NAMES)("%s changes what a stage does or says", async (name) => {
  const [stage = ""] = name.split(".");
  const usual = OF_STAGE[stage];
  const { rows = usual?.rows ?? SHORTER, more, base = {}, changed } = CASES[name]!;
  const before = await answer(stage, { rows, more }, { ...usual?.base, ...base });
  const after = await answer(stage, { rows, more }, { ...usual?.base, ...changed });
  expect(after).not.toBe(before);
});
