import { cpSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import type { StagesResult } from "../../../src/domain/training-stages.ts";
import { type Ran, runCli } from "../../cli/run-cli.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder, writeTrainingFile } from "../../launch/training-folder.ts";

let folder: string;
let python: string;

/** A gate that passes once the file `good` exists. */
const GATE = [process.execPath, "-e", "process.exit(require('node:fs').existsSync('good') ? 0 : 5)"];

const PLAN = {
  version: 1,
  name: "support",
  stages: [
    { name: "sft", train: "training.yaml" },
    { name: "quality", gate: GATE },
    { name: "hand-over", export: "sft", to: "released/adapter" },
  ],
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-stages-"));
  await trainingFolder(folder, { maxSteps: 6 });
  python = await fakePython(folder, "good");
  await writeFile(join(folder, "stages.yaml"), JSON.stringify(PLAN));
});
afterEach(async () => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

const run = (...more: string[]): Promise<Ran> =>
  runCli(["-C", folder, "train", "stages", "--yes", "--json", "--python", python, ...more]);
const states = ({ stdout }: Ran): string[] => (JSON.parse(stdout) as StagesResult).stages.map(({ state }) => state);

describe("a plan of stages", () => {
  test("stops at a gate with code 5, goes on from there, and keeps the lineage to the frozen data", async () => {
    const failed = await run();
    expect([failed.code, states(failed)]).toEqual([5, ["passed", "failed", "waiting"]]);
    await writeFile(join(folder, "good"), "");
    const passed = await run();
    expect([passed.code, states(passed)]).toEqual([0, ["passed", "passed", "passed"]]);
    const { stages, ok } = JSON.parse(passed.stdout) as StagesResult;
    expect(ok).toBe(true);
    const [sft, , handOver] = stages;
    // trained once: the second run found the job of the first
    expect(readFileSync(join(folder, ".tunewright/jobs", sft!.jobId!, "starts.txt"), "utf8").trim()).not.toContain(
      "\n",
    );
    expect(sft!.datasetDigest).toMatch(/^[\da-f]{64}$/);
    expect(handOver!.sha256).toBe(sft!.sha256);
    expect(existsSync(join(folder, "released/adapter/adapter_model.safetensors"))).toBe(true);
  });

  test("repeats only what an edit changes: no training for a new gate, a new name or a stage more", async () => {
    await writeFile(join(folder, "good"), "");
    const first = JSON.parse((await run()).stdout) as StagesResult;
    const gate = [process.execPath, "-e", "require('node:fs').appendFileSync('judged', 'x')"];
    const stages = [
      { name: "supervised", train: "training.yaml" },
      { name: "quality", gate },
      { name: "hand-over", export: "supervised", to: "released/adapter" },
      { name: "copy", export: "supervised", to: "released/copy" },
    ];
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, name: "renamed", stages }));
    const second = JSON.parse((await run()).stdout) as StagesResult;
    expect(second.ok).toBe(true);
    expect(second.stages[0]).toMatchObject({ name: "supervised", jobId: first.stages[0]!.jobId });
    expect(readFileSync(join(folder, "judged"), "utf8")).toBe("x");
    const jobs = JSON.parse((await runCli(["-C", folder, "train", "list", "--json"])).stdout) as { jobs: unknown[] };
    expect(jobs.jobs).toHaveLength(1);
    await writeTrainingFile(folder, "training.yaml", { maxSteps: 6, learningRate: 1e-3 });
    const changed = await run("--dry-run");
    expect(changed.code).not.toBe(0); // the exports hold the model of the other run
    expect(changed.stderr + changed.stdout).toContain("released/adapter already exists");
  });

  test("exports nothing that changed after it was verified, and takes a copy that a killed run left", async () => {
    const failed = await run();
    const { output, sha256 } = (JSON.parse(failed.stdout) as StagesResult).stages[0]!;
    await writeFile(join(folder, "good"), "");
    const weights = join(output!, "adapter_model.safetensors");
    const bytes = readFileSync(weights);
    await writeFile(weights, Buffer.concat([bytes, Buffer.from("x")]));
    const refused = await run();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr + refused.stdout).toContain("the result of stage sft has changed since it passed");
    expect(existsSync(join(folder, "released"))).toBe(false);
    await writeFile(weights, bytes);
    cpSync(output!, join(folder, "released/adapter"), { recursive: true });
    const passed = JSON.parse((await run()).stdout) as StagesResult;
    expect(passed.stages[2]).toMatchObject({ state: "passed", sha256 });
  });

  test("checks every stage before the first starts, and with --dry-run", async () => {
    await writeTrainingFile(folder, "later.yaml", { maxSteps: 6, method: "dpo" });
    const stages = [...PLAN.stages.slice(0, 1), { name: "preferences", train: "later.yaml" }];
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, stages }));
    for (const flags of [["--dry-run"], []]) {
      const refused = await run(...flags);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr + refused.stdout).toContain("stage preferences: row format: the first row has text");
    }
    const { stdout } = await runCli(["-C", folder, "train", "list", "--json"]);
    expect(stdout).not.toContain('"id"');
  });

  test("is another plan over other data, which trains anew", async () => {
    await writeFile(join(folder, "good"), "");
    const first = JSON.parse((await run()).stdout) as StagesResult;
    const rows = join(folder, "more.jsonl");
    await writeFile(rows, '{"text":"three"}\n');
    await freezeFiles([rows], { out: join(folder, "frozen-2"), by: "QA", reason: "new", now: new Date() });
    await writeTrainingFile(folder, "training.yaml", { maxSteps: 6, dataset: "frozen-2" });
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, stages: PLAN.stages.slice(0, 2) }));
    const second = JSON.parse((await run()).stdout) as StagesResult;
    expect(second.id).not.toBe(first.id);
    expect(second.stages[0]!.jobId).not.toBe(first.stages[0]!.jobId);
    expect(second.stages[0]!.datasetDigest).not.toBe(first.stages[0]!.datasetDigest);
  });

  test("takes the best trial of a sweep, and finds the sweep again when it is run once more", async () => {
    await trainingFolder(folder, { maxSteps: 6 });
    const rated = await fakePython(folder, "rated");
    const sweep = {
      version: 1,
      name: "rates",
      metric: "loss",
      space: { learningRate: { values: [1e-4, 1e-3, 1e-2] } },
      search: { method: "grid" },
      stopping: { rule: "none" },
      trials: 3,
    };
    await writeFile(join(folder, "sweep.yaml"), JSON.stringify(sweep));
    const stages = [
      { name: "search", sweep: "sweep.yaml" },
      { name: "hand-over", export: "search", to: "released/best" },
    ];
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, stages }));
    const again = async (): Promise<StagesResult> => JSON.parse((await run("--python", rated)).stdout) as StagesResult;
    const { ok, stages: results } = await again();
    expect(ok).toBe(true);
    // the loss of this trainer is lowest at a learning rate of a thousandth
    expect(results[0]!.detail).toContain("best of 3 trials: learningRate 0.001; loss 0.1667, verified");
    expect(results[1]!.sha256).toBe(results[0]!.sha256);
    expect((await again()).stages[0]!.jobId).toBe(results[0]!.jobId);
    const { stdout } = await runCli(["-C", folder, "sweep", "show", "--json"]);
    expect((JSON.parse(stdout) as { sweeps: unknown[] }).sweeps).toHaveLength(1);
  });

  test.each<[string, object[], string]>([
    ["takes a later stage", [{ name: "m", merge: "sft" }], "m takes sft, which is not an earlier stage"],
    [
      "merges what was not trained",
      [
        { name: "g", gate: GATE },
        { name: "m", merge: "g" },
      ],
      "m cannot take g, which is a gate stage",
    ],
    [
      "names two stages alike",
      [
        { name: "g", gate: GATE },
        { name: "g", gate: GATE },
      ],
      "two stages are named g",
    ],
  ])("is refused where it %s", async (_what, stages, message) => {
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, stages }));
    const refused = await run();
    expect(refused.code).toBe(2);
    expect(refused.stdout + refused.stderr).toContain(message);
  });

  test("is interrupted by a gate that cannot be judged", async () => {
    const stages = [{ name: "g", gate: [process.execPath, "-e", "console.log('no scores'); process.exit(3)"] }];
    await writeFile(join(folder, "stages.yaml"), JSON.stringify({ ...PLAN, stages }));
    const ran = await run();
    expect(ran.code).toBe(6);
    expect(ran.stdout + ran.stderr).toContain("exit status 3: no scores");
  });
});
