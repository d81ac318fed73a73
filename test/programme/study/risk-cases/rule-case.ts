import type { Programme } from "../../../../src/domain/programme.ts";
import type { StudyCuration } from "../../../../src/domain/study-curation.ts";
import type { Risk } from "../../../../src/domain/study.ts";
import type { StudyFacts } from "../../../../src/programme/study/study-facts.ts";
import { type Change, changed } from "../changed-facts.ts";

/** A case in which a rule fires with a severity, and the nearest to it in which it does not. */
export type RuleCase = { fires: Change; as: Risk["severity"]; near: Change };

/** The first file of the fixture, which is trained on. */
export const file = (facts: StudyFacts): StudyFacts["datasets"][number] => facts.datasets[0]!;

/** The first file, which is trained on, with other numbers; the test file stays. */
export const train =
  (over: object): Change =>
  (facts) => ({ datasets: [{ ...file(facts), ...over }, ...facts.datasets.slice(1)] });

/** Other files in the programme. */
export const files =
  (change: (files: Programme["data"]["files"]) => object[]): Change =>
  ({ programme }) => ({ programme: { data: { files: change(programme.data.files) } } });

/** Other fields of `data`. */
export const data = (over: object): Change => ({ programme: { data: over } });

/** A data run that is used and found nothing. */
export const CLEAN: StudyCuration = {
  state: "used",
  why: [],
  out: "curated.jsonl",
  role: "train",
  stages: [
    { stage: "read", rowsIn: 100, rowsKept: 100, dropped: [] },
    { stage: "rights", rowsIn: 100, rowsKept: 100, dropped: [] },
  ],
  rights: { blocked: 0, held: 0, keptForCounsel: 0 },
  personalData: { entities: [], review: 0, leaks: 0, leaksKept: false },
  contamination: { against: ["data/eval.csv"], dropped: 0, hits: [] },
  parts: null,
  isParted: false,
  profile: null,
  report: null,
};

/** A data run that is used, with what it found. */
export const run =
  (over: Partial<StudyCuration> = {}): Change =>
  (facts) => ({ curation: { ...CLEAN, profile: file(facts), ...over } });

/** Stages that let 100 rows through. */
export const stages = (...names: string[]): StudyCuration["stages"] =>
  names.map((stage) => ({ stage, rowsIn: 100, rowsKept: 100, dropped: [] }));

/** Changes one after the other, as one. */
export const both =
  (...changes: Change[]): Change =>
  (facts) =>
    changed(facts, ...changes);

/** A thousand rows, of which so many are longer than the sequence of 2,048 tokens of the fixture. */
export function lengths(above: number): object[] {
  return [
    { fromTokens: 0, toTokens: 2048, rows: 1000 - above },
    { fromTokens: 2048, toTokens: 4096, rows: above },
  ];
}

export function personalData(kind: string): Change {
  return ({ programme }) => ({ programme: { ...programme, data: { ...programme.data, personalData: kind } } });
}
