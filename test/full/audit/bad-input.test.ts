import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readManifest } from "../../../src/curate/freeze/frozen-folder.ts";
import { Audit, type AuditAnswer } from "../../../src/domain/audit.ts";
import { trainedVersion } from "../../../src/programme/audit/trained-version.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { chatRow, LLAMA_FACTORY, writeSources } from "../../programme/audit/foreign-sources.ts";
import { unlockFolder } from "../../programme/evaluate/programme-folder.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-bad-"));
});
afterAll(async () => {
  unlockFolder(folder);
  await rm(folder, { recursive: true, force: true });
});

async function run(cwd: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere([...words, "--json", "--quiet"], { cwd });
  expect(code, stderr).toBe(0);
  return stdout;
}

async function answersOf(dir: string): Promise<Map<string, AuditAnswer>> {
  const { answers } = Audit.parse(JSON.parse(await run(folder, "audit", dir, "--on", "2026-11-28")));
  return new Map(answers.map((answer) => [answer.rule, answer]));
}

function copyOf(name: string): string {
  cpSync(join(ROOT, "examples/contracts"), join(folder, name), { recursive: true });
  return join(folder, name);
}

test("a bill in another currency is named with its sum until it has a rate, then it is a finding in dollars", async () => {
  const dir = copyOf("euros");
  const head =
    "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceCategory,ResourceId";
  writeFileSync(
    join(dir, "bill.csv"),
    `${head}\n1000.00,1000.00,EUR,Usage,2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,Compute,gpu-1\n`,
  );
  await run(dir, "ledger", "import", "bill.csv");
  const before = await answersOf("euros");
  for (const rule of ["unclaimed-spend", "bill-above-estimate"]) {
    expect(before.get(rule)).toMatchObject({
      state: "not-checkable",
      text: expect.stringMatching(
        /^Not checkable, because bills of 1000(\.00)? EUR are not converted to US dollars\.$/,
      ),
      action: expect.stringContaining("tunewright -C euros ledger rate --currency EUR"),
    });
  }
  const rate = ["--currency", "EUR", "--usd", "1.25", "--day", "2026-11-01", "--source", "test"];
  await run(dir, "ledger", "rate", ...rate);
  const after = (await answersOf("euros")).get("unclaimed-spend")!;
  expect(after).toMatchObject({ state: "finding", price: { p50: 1250 } });
});

describe("the version that a job trained on", () => {
  let dir: string;
  let digest: string;
  beforeAll(async () => {
    dir = copyOf("trained");
    const rows = Array.from({ length: 20 }, (_, row) => chatRow(`Which clause is number ${row}?`, `Clause ${row}.`));
    writeFileSync(join(dir, "train.jsonl"), rows.join(""));
    await run(dir, "data", "freeze", "train.jsonl", "--out", "frozen/train", "--by", "QA", "--reason", "test");
    cpSync(join(ROOT, "examples/tiny/training.yaml"), join(dir, "training.yaml"));
    digest = (await readManifest(join(dir, "frozen/train")))!.digest;
  });
  const found = () => trainedVersion(dir, { digests: new Set([digest]), lock: undefined });

  test("is searched where it is as it was", async () => {
    expect(await found()).toMatchObject({ problem: null, trained: { folder: "frozen/train", rows: 20, searched: 20 } });
  });

  test("is refused with the file and the reason where its hash no longer matches", async () => {
    unlockFolder(join(dir, "frozen"));
    appendFileSync(join(dir, "frozen/train/train.jsonl"), chatRow("Added later", "Yes."));
    const { trained, problem } = await found();
    expect(trained).toBeNull();
    expect(problem).toMatch(/^frozen\/train no longer matches its hash: train\.jsonl: /);
  });

  test("is named where it is gone", async () => {
    rmSync(join(dir, "frozen"), { recursive: true, force: true });
    expect(await found()).toMatchObject({
      trained: null,
      problem: "frozen/train, which training.yaml names, no longer exists",
    });
  });
});

test("a dataset that is gone is named, and nothing is said about its rows", async () => {
  await writeSources(folder, { "gone/sft.yaml": LLAMA_FACTORY, "gone/support.jsonl": chatRow("Where?", "There.") });
  await run(folder, "audit", "import", "gone", "--out", "vanished");
  rmSync(join(folder, "vanished/data/support.jsonl"));
  const answers = await answersOf("vanished");
  for (const rule of ["no-contamination-check", "personal-data", "labels-in-conflict"]) {
    expect(answers.get(rule)).toMatchObject({
      state: "not-checkable",
      text: "Not checkable, because data/support.jsonl no longer exists.",
    });
  }
  const { text } = answers.get("duties-overdue")!;
  expect(text).toMatch(/^Not checkable, because programme\.yaml, line \d+, .*"data\/support\.jsonl" does not exist/);
  expect(answers.get("full-fine-tune")!.state).not.toBe("not-checkable");
});

test("a file of a programme that is gone is named by the rules that read it, and hides no other answer", async () => {
  const dir = copyOf("raw");
  const before = await answersOf("raw");
  const changedRules = (after: ReadonlyMap<string, AuditAnswer>): string[] =>
    [...after].flatMap(([rule, { state }]) => (state === before.get(rule)!.state ? [] : [rule]));
  rmSync(join(dir, "data/eval.jsonl"));
  const withoutTest = await answersOf("raw");
  expect(withoutTest.get("training-rows-in-test-set")!.text).toBe(
    "Not checkable, because data/eval.jsonl no longer exists.",
  );
  expect(changedRules(withoutTest)).toEqual(["duties-overdue", "training-rows-in-test-set"]);
  rmSync(join(dir, "data/train.jsonl"));
  const withoutBoth = await answersOf("raw");
  expect(withoutBoth.get("labels-in-conflict")!.text).toBe("Not checkable, because data/train.jsonl no longer exists.");
  expect(changedRules(withoutBoth)).toEqual(changedRules(withoutTest));
  const { stdout, stderr } = await runHere(["audit", "raw"], { cwd: folder });
  expect(stdout).toContain("Not read: data/train.jsonl, data/eval.jsonl (the files do not exist).");
  expect(stderr, "other commands end at a file that does not exist").not.toContain("next:");
});

/** A folder mlruns of a search; `clock` gives start, end and the time of a step, ms. */
function writeSearch(
  name: string,
  clock: (run: number, step: number) => { startMs: number; endMs: number; atMs: number },
) {
  const root = join(folder, name, "mlruns", "1");
  mkdirSync(root, { recursive: true });
  writeFileSync(
    join(root, "meta.yaml"),
    `artifact_location: ${root}\nexperiment_id: '1'\nlifecycle_stage: active\nname: search\n`,
  );
  for (let run = 0; run < 9; run += 1) {
    const id = String(run).padStart(32, "a");
    const { startMs, endMs } = clock(run, 0);
    for (const part of ["metrics", "params", "tags"]) mkdirSync(join(root, id, part), { recursive: true });
    writeFileSync(
      join(root, id, "meta.yaml"),
      `artifact_uri: ${root}/${id}/artifacts\nend_time: ${endMs}\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: run-${run}\nstart_time: ${startMs}\nstatus: 3\nuser_id: u\n`,
    );
    writeFileSync(join(root, id, "params", "lr"), String(run));
    const points = Array.from(
      { length: 54 },
      (_, step) => `${clock(run, step).atMs} ${1 + run + 10 / (step + 1)} ${step}\n`,
    );
    writeFileSync(join(root, id, "metrics", "eval_loss"), points.join(""));
  }
  writeFileSync(join(folder, name, "sft.yaml"), LLAMA_FACTORY);
}

test("clocks that disagree change no decision: a search is replayed by its steps, and no time is priced", async () => {
  const base = Date.UTC(2026, 9, 1);
  const hour = 3_600_000;
  const straight = (run: number, step: number) => ({
    startMs: base + run * hour,
    endMs: base + (run + 1) * hour,
    atMs: base + run * hour + step * 1000,
  });
  writeSearch("straight", straight);
  // Each run ends before it starts, starts years ahead of the audit, and its points are dated backwards.
  writeSearch("crooked", (run, step) => {
    const { startMs } = straight(run, step);
    return { startMs: startMs + 3 * 365 * 24 * hour, endMs: startMs, atMs: base - step * 1000 };
  });
  const results = [];
  for (const name of ["straight", "crooked"]) {
    await run(folder, "audit", "import", name, "--out", `${name}-draft`);
    const { action: _namesTheFolder, ...result } = (await answersOf(`${name}-draft`)).get("no-early-stopping")!;
    results.push(result);
  }
  const [expected, found] = results;
  expect(expected).toMatchObject({ state: "finding", price: { refused: expect.any(String) } });
  expect(found).toEqual(expected);
});
