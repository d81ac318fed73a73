import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Study } from "../../../src/domain/study.ts";
import { FIXTURE, studyOf } from "./study-of-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-data-risks-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** Study of a claims classifier whose training file holds this text. */
function studyOfClaims(csv: string, file = "", kind = "classification"): Promise<Study> {
  count += 1;
  const home = join(folder, `${count}`);
  cpSync(FIXTURE, home, { recursive: true });
  writeFileSync(join(home, "data/claims.csv"), csv);
  writeFileSync(
    join(home, "programme.yaml"),
    `name: Claims
task: { kind: ${kind}, goals: [format, cost], classes: 2 }
model: { base: Qwen/Qwen2.5-7B }
training: { gpu: L40S }
data:
  files: [{ path: data/claims.csv, role: train, origin: own${file} }, { path: data/eval.csv, role: eval, origin: own }]
  plannedRows: 9000
today: { apiUsdPerMonth: "40000" }
serving: { monthlyUsd: "2600" }
`,
  );
  return studyOf(home);
}
const riskOf = (study: Study, id: string) => study.risks.find((risk) => risk.id === id);
const claims = (wind: number, water: number): string => {
  const rows = Array.from({ length: wind + water }, (_, row) => `Schaden ${row};${row < wind ? "Sturm" : "Wasser"}`);
  return `Schadentext;Kategorie\n${rows.join("\n")}\n`;
};
const NAMED = ", fields: { prompt: Schadentext, completion: Kategorie }";

describe("a training file of which no row is valid", () => {
  test("is a no-go, whatever the costs, with what to do in its risk", async () => {
    const study = await studyOfClaims(claims(6, 4));
    expect(study.datasets[0]).toMatchObject({ rows: 10, validRows: 0, trainableRows: 0, delimiter: "semicolon" });
    expect([study.verdict, study.reasons[0]]).toEqual([
      "no-go",
      "No row of its training files can be trained on, so nothing is known about the data.",
    ]);
    expect(riskOf(study, "data.nothing-valid")).toMatchObject({
      severity: "high",
      text: "None of the 10 rows of data/claims.csv can be trained on, so there are no measurements for them.",
    });
  });

  test("is read where its fields are named in programme.yaml", async () => {
    const study = await studyOfClaims(claims(6, 4), NAMED);
    expect(study.datasets[0]).toMatchObject({ format: "prompt-completion", validRows: 10 });
    expect(study.verdict).not.toBe("no-go");
    expect(riskOf(study, "data.nothing-valid")).toBeUndefined();
  });
});

describe("classes", () => {
  test("with too few rows at their share of the plan are a risk, and so is imbalance", async () => {
    const study = await studyOfClaims(claims(110, 10), NAMED);
    expect(study.datasets[0]!.classes!.counts.map(({ rows }) => rows)).toEqual([110, 10]);
    expect(riskOf(study, "data.class-rows")).toMatchObject({
      severity: "medium",
      text: 'The smallest class, "Wasser", has 10 rows of data/claims.csv, 750 of the planned rows at that share; a class usually needs 2,000 to 10,000.',
    });
    expect(riskOf(study, "data.class-imbalance")).toMatchObject({ severity: "medium" });
  });

  test("that are even and will have rows enough are none", async () => {
    const study = await studyOfClaims(claims(50, 50), NAMED);
    expect(riskOf(study, "data.class-rows")).toBeUndefined();
    expect(riskOf(study, "data.class-imbalance")).toBeUndefined();
  });

  test("need rows only where the task is classification", async () => {
    const study = await studyOfClaims(claims(110, 10), NAMED, "qa");
    expect(riskOf(study, "data.class-rows")).toBeUndefined();
  });
});

test("a corpus of which less is on hand than planned is a risk, in tokens", async () => {
  const home = join(folder, "corpus");
  cpSync(FIXTURE, home, { recursive: true });
  writeFileSync(join(home, "data/corpus.jsonl"), '{"text": "The line is down."}\n{"text": "The line is up again."}\n');
  writeFileSync(
    join(home, "programme.yaml"),
    `name: Corpus
task: { kind: domain-corpus, goals: [knowledge] }
model: { base: Qwen/Qwen2.5-7B }
training: { gpu: L40S }
data: { files: [{ path: data/corpus.jsonl, role: corpus, origin: own }], corpusTokens: 2.0e9 }
`,
  );
  const study = await studyOf(home);
  expect(riskOf(study, "data.corpus-not-on-hand")).toMatchObject({
    severity: "medium",
    text: expect.stringMatching(/^\d+ of the 2B planned tokens of the corpus are on hand\.$/),
  });
  expect(riskOf(study, "data.not-on-hand")).toBeUndefined();
});
