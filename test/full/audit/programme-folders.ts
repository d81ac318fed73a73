import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { Audit, type AuditAnswer } from "../../../src/domain/audit.ts";
import { readManifest } from "../../../src/curate/freeze/frozen-folder.ts";
import { readTrainingFile } from "../../../src/programme/training/read-training-file.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { addVersion, setAlias } from "../../../src/track/models/change-versions.ts";
import { registerModel } from "../../../src/track/models/registered-models.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { chatRow } from "../../programme/audit/foreign-sources.ts";
import { unlockFolder } from "../../programme/evaluate/programme-folder.ts";

/** The day on which every folder is audited. */
export const ON = "2026-11-28";

/** The run that the bill of the clean programme pays for. */
const RUN = "a".repeat(32);

const BILL_HEAD =
  "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceCategory,ResourceId,Tags";

/** Runs a command in a folder, which must succeed. */
export async function run(dir: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere([...words, "--json", "--quiet"], { cwd: dir });
  expect(code, `${words.join(" ")}: ${stderr}`).toBe(0);
  return stdout;
}

/** The answers of an audit of a folder, by rule. */
export async function answersOf(dir: string): Promise<Map<string, AuditAnswer>> {
  const { answers } = Audit.parse(JSON.parse(await run(dir, "audit", ".", "--on", ON)));
  return new Map(answers.map((answer) => [answer.rule, answer]));
}

/** The findings of an audit of a folder, by rule. */
export async function findingsOf(dir: string): Promise<string[]> {
  const answers = await answersOf(dir);
  return [...answers.values()].filter(({ state }) => state === "finding").map(({ rule }) => rule);
}

/** A programme with every record that a rule reads, and no mistake that files can show. */
export async function writeClean(dir: string): Promise<void> {
  cpSync(join(ROOT, "examples/contracts"), dir, { recursive: true });
  edit(dir, "base: Qwen/Qwen2.5-7B", "base: Qwen/Qwen3-14B");
  edit(dir, "api: openai/gpt-4o", "api: openai/gpt-6-luna");
  quote(dir, { data: 40_000, evaluation: 25_000, training: 10_000, engineering: 25_000 });
  edit(dir, "personalData: pii", "personalData: none");
  cpSync(join(ROOT, "examples/gsm8k"), join(dir, "answers"), { recursive: true });
  mkdirSync(join(dir, "eval"));
  writeFileSync(
    join(dir, "eval/acceptance.yaml"),
    readFileSync(join(dir, "answers/eval/gsm8k.yaml"), "utf8")
      .replace("set: gsm8k", "set: acceptance")
      .replaceAll("answers: ", "answers: answers/")
      .replace("margin: 0.05", "margin: 0.3"),
  );
  await freeze(dir, "answers/test.jsonl", "frozen/set");
  await run(dir, "eval", "init", "acceptance", "--set", "frozen/set", "--licence", "MIT", "--slice", "steps");
  await run(dir, "eval", "run", "acceptance");
  writeRuns(dir, "tuning", [RUN]);
  await run(dir, "runs", "import", "tuning");
  await bill(dir, [{ usd: 20, run: RUN }]);
  cpSync(join(ROOT, "examples/tiny/training.yaml"), join(dir, "training.yaml"));
  await trainOn(dir, [chatRow("Where is the notice period?", "In clause seven.")]);
}

/** Replaces a text of programme.yaml, which must be in it. */
export function edit(dir: string, from: string, to: string): void {
  const file = join(dir, "programme.yaml");
  const text = readFileSync(file, "utf8");
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

/** Replaces the budget that the programme states, US dollars by category. */
export function quote(dir: string, usd: Readonly<Record<string, number>>): void {
  const lines = Object.entries(usd).map(
    ([category, amount]) => `    - { category: ${category}, label: ${category}, usd: "${Math.round(amount)}" }\n`,
  );
  const total = Object.values(usd).reduce((sum, amount) => sum + Math.round(amount), 0);
  const text = readFileSync(join(dir, "programme.yaml"), "utf8");
  const quoted = `quoted:\n  source: the budget as booked\n  asOf: "${ON}"\n  totalUsd: "${total}"\n  lines:\n${lines.join("")}`;
  writeFileSync(join(dir, "programme.yaml"), text.slice(0, text.indexOf("quoted:")) + quoted);
}

function freeze(dir: string, file: string, out: string): Promise<string> {
  return run(dir, "data", "freeze", file, "--out", out, "--by", "QA", "--reason", "test");
}

/** Freezes rows as the version that the only training job of the folder read. */
export async function trainOn(dir: string, rows: readonly string[]): Promise<void> {
  unlockFolder(join(dir, "frozen"));
  rmSync(join(dir, "frozen/train"), { recursive: true, force: true });
  writeFileSync(join(dir, "rows.jsonl"), rows.join(""));
  await freeze(dir, "rows.jsonl", "frozen/train");
  const { digest } = (await readManifest(join(dir, "frozen/train")))!;
  const spec = await readTrainingFile(dir, "training.yaml");
  const store = await openStore({ dataDir: join(dir, ".tunewright") }, () => new Date());
  try {
    await store.write(async (trx) => {
      await trx.deleteFrom("jobs").execute();
      await trx
        .insertInto("jobs")
        .values(finishedJob(dir, digest, spec))
        .execute();
    });
  } finally {
    await store.close();
  }
}

/** The row of a job that ended: nothing in these tests trains. */
function finishedJob(dir: string, digest: string, spec: object) {
  return {
    job_id: "0123456789ab",
    programme: "contract-extraction",
    run_id: RUN,
    spec: JSON.stringify({ ...spec, python: "python" }),
    folder: dir,
    dataset_digest: digest,
    state: "done-verified",
    created_ms: Date.parse(ON),
    reason: null,
    rendered_from: null,
    step: 30,
    stop_reason: null,
    stop_asked_ms: null,
    model_sha256: null,
    ended_ms: Date.parse(ON),
    until_step: null,
  };
}

/** Registers a version of a model, and releases it under an alias. */
export async function release(dir: string, model: string): Promise<void> {
  const store = await openStore({ dataDir: join(dir, ".tunewright") }, () => new Date());
  const nowMs = Date.parse(ON);
  try {
    await registerModel(store, { name: model, description: null, tags: [] }, nowMs);
    const origin = { source: "weights", runId: null, runLink: null, description: null, modelId: null, tags: [] };
    const { version } = await addVersion(store, model, { ...origin, nowMs });
    await setAlias(store, model, { alias: "champion", version });
  } finally {
    await store.close();
  }
}

/** Imports a bill; a line without a run has no tag. */
export async function bill(
  dir: string,
  lines: readonly { usd: number; run?: string; category?: string }[],
): Promise<void> {
  const rows = lines.map(({ usd, run: id, category = "Usage" }) => {
    const tags = id === undefined ? "" : `"{""run_id"": ""${id}""}"`;
    return `${usd}.00,${usd}.00,USD,${category},2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,Compute,gpu-1,${tags}\n`;
  });
  const name = `bill-${lines.map(({ usd }) => usd).join("-")}.csv`;
  writeFileSync(join(dir, name), `${BILL_HEAD}\n${rows.join("")}`);
  await run(dir, "ledger", "import", name);
}

/** More of the bill of the clean programme's run. */
export const billRun = (dir: string, usd: number): Promise<void> => bill(dir, [{ usd, run: RUN }]);

/**
 * Plans a full fine-tune, and imports and evaluates a run that tuned all weights and one that tuned an adapter.
 *
 * @param right  how many items of the set, from the first, the model of each run answers as the reference does
 */
export async function evaluateMethods(dir: string, right: Readonly<Record<"full" | "lora", number>>): Promise<void> {
  edit(dir, "method: lora", "method: full-sft");
  const methods = ["full", "lora"] as const;
  const ids = methods.map((method) => Buffer.from(method).toString("hex").padEnd(32, "0"));
  writeRuns(dir, "methods", ids);
  const items = readFileSync(join(dir, "answers/test.jsonl"), "utf8").trim().split("\n");
  for (const [index, method] of methods.entries()) {
    const folder = join(dir, "methods/1", ids[index]!);
    writeFileSync(join(folder, "params/finetuning_type"), method);
    writeFileSync(
      join(folder, "meta.yaml"),
      readFileSync(join(folder, "meta.yaml"), "utf8").replace(`run_name: run-${index}`, `run_name: ${method}`),
    );
    const answers = items.map((line, at) => {
      const { id, answer } = JSON.parse(line) as { id: string; answer: string };
      return `${JSON.stringify({ id, answer: `A: ${at < right[method] ? answer : "none"}` })}\n`;
    });
    writeFileSync(join(dir, `answers/${method}.jsonl`), answers.join(""));
  }
  writeFileSync(
    join(dir, "eval/methods.yaml"),
    readFileSync(join(dir, "eval/acceptance.yaml"), "utf8")
      .replace(/^gates:[^]*/m, "")
      .replace(
        /^targets:[^]*(?=^scorers:)/m,
        `targets:\n${methods.map((method) => `  ${method}: { answers: answers/${method}.jsonl }\n`).join("")}`,
      ),
  );
  await run(dir, "runs", "import", "methods");
  await run(dir, "eval", "run", "methods");
}

/** A folder mlruns: one experiment, a run for each id with 54 points of a loss; run i ends worse than run i - 1. */
export function writeRuns(dir: string, experiment: string, ids: readonly string[]): void {
  const root = join(dir, experiment, "1");
  mkdirSync(root, { recursive: true });
  const meta = `artifact_location: ${root}\nexperiment_id: '1'\nlifecycle_stage: active\nname: ${experiment}\n`;
  writeFileSync(join(root, "meta.yaml"), meta);
  for (const [index, id] of ids.entries()) {
    for (const part of ["metrics", "params", "tags"]) mkdirSync(join(root, id, part), { recursive: true });
    const start = Date.UTC(2026, 10, 2) + index * 3_600_000;
    writeFileSync(
      join(root, id, "meta.yaml"),
      `artifact_uri: ${root}/${id}/artifacts\nend_time: ${start + 3_600_000}\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: run-${index}\nstart_time: ${start}\nstatus: 3\nuser_id: u\n`,
    );
    writeFileSync(join(root, id, "params", "lr"), String(index));
    const points = Array.from({ length: 54 }, (_, step) => `${start + step} ${1 + index + 10 / (step + 1)} ${step}\n`);
    writeFileSync(join(root, id, "metrics", "eval_loss"), points.join(""));
  }
}

/** Adds a search of so many runs, all of which run to their end. */
export async function search(dir: string, count: number): Promise<void> {
  writeRuns(
    dir,
    "search",
    Array.from({ length: count }, (_, index) => String(index).padStart(32, "b")),
  );
  await run(dir, "runs", "import", "search");
}
