import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Audit } from "../../src/domain/audit.ts";
import { TrainingJob } from "../../src/domain/training-job.ts";
import { readTsv } from "../catalog/read-tsv.ts";
import { ROOT, runCli } from "../cli/run-cli.ts";
import { unlockFolder } from "../programme/evaluate/programme-folder.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTrl = existsSync(python) && spawnSync(python, ["-c", "import trl, peft, mlflow"]).status === 0;
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, trl, peft and mlflow-skinny";

let folder: string;

async function ask(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await runCli([...words, "--json", "--yes"], {
    cwd: folder,
    env: { TUNEWRIGHT_PYTHON: python },
  });
  return JSON.parse(stdout === "" ? JSON.stringify({ stderr }) : stdout);
}

const audited = async (): Promise<Audit> => Audit.parse(await ask("audit", "."));
const answerOf = (audit: Audit, id: string) => audit.answers.find(({ rule }) => rule === id)!;

describe.skipIf(!hasTrl)(`the audit of examples/tiny after TRL ran it on the CPU (${why})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-audit-tiny-"));
    cpSync(join(ROOT, "examples/tiny"), folder, { recursive: true });
    const made = spawnSync(python, [join(folder, "make_tiny.py"), folder], {
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    expect(made.status, made.stderr.toString()).toBe(0);
    await ask("data", "freeze", "data/train.jsonl", "--out", "frozen/train", "--by", "QA", "--reason", "test");
    expect(TrainingJob.parse(await ask("train", "start")).state).toBe("done-verified");
  });
  afterAll(async () => {
    unlockFolder(join(folder, "frozen"));
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  test("every rule answers as its source says", async () => {
    const states = Object.fromEntries((await audited()).answers.map(({ rule, state }) => [rule, state]));
    const expected = Object.fromEntries(readTsv("audit-tiny.tsv").map(({ rule, state }) => [rule, state]));
    expect(states).toEqual(expected);
  });

  test("a training row that is an item of the locked test set is found, by its row", async () => {
    const rows = readFileSync(join(folder, "data/train.jsonl"), "utf8").trim().split("\n");
    const items = [
      { id: "a", messages: [{ role: "user", content: "A question that no row of the training data holds." }] },
      { id: "b", ...(JSON.parse(rows[41]!) as object) },
    ];
    writeFileSync(join(folder, "set.jsonl"), items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    await ask("data", "freeze", "set.jsonl", "--out", "frozen/set", "--by", "QA", "--reason", "test");
    await ask("eval", "init", "tiny", "--set", "frozen/set");
    const audit = await audited();
    const found = answerOf(audit, "no-contamination-check");
    expect(found).toMatchObject({ state: "finding" });
    expect(found.evidence).toEqual([
      { place: "frozen/train, row 42", says: expect.stringContaining("item 2 of the locked set") },
    ]);
    expect(answerOf(audit, "test-set-moved").state).toBe("pass");
  });
});
