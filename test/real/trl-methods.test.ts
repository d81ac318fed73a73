import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { TrainingJob } from "../../src/domain/training-job.ts";
import { trl } from "../../src/launch/engines/trl/trl.ts";
import { goldenFolder } from "../launch/engines/golden-versions.ts";
import { runOf } from "../launch/engines/run-of-method.ts";
import { ROOT } from "../cli/run-cli.ts";
import { ask, hasTrl, PYTHON, TRL_NEEDED } from "./tiny-folder.ts";

const smollm2 = process.env["TUNEWRIGHT_SMOLLM2"] ?? "";
const model = existsSync(join(smollm2, "model.safetensors")) ? "SmolLM2-135M" : "the tiny model of the example";

const user = (content: string): object[] => [{ role: "user", content }];
const answer = (content: string): object[] => [{ role: "assistant", content }];
const QUEUES = ["billing", "delivery", "returns"];
const rowsOf = (make: (queue: string, number: number) => object): string =>
  Array.from({ length: 24 }, (_, n) => `${JSON.stringify(make(QUEUES[n % 3]!, n))}\n`).join("");
const pairs = rowsOf((queue, n) => ({
  prompt: user(`Route message ${n} about ${queue}.`),
  chosen: answer(`{"queue": "${queue}"}`),
  rejected: answer(`It is about ${queue}, thank you.`),
}));

/** Rows by method. */
const ROWS = {
  dpo: pairs,
  orpo: pairs,
  reward: pairs,
  kto: rowsOf((queue, n) => ({
    prompt: user(`Route message ${n} about ${queue}.`),
    completion: answer(n % 2 === 0 ? `{"queue": "${queue}"}` : "Thank you."),
    label: n % 2 === 0,
  })),
  grpo: rowsOf((queue, n) => ({ prompt: user(`Route message ${n} about ${queue}.`), queue })),
};

const REWARDS = `def names_the_queue(completions, queue, **_):
    return [float(q in c[0]["content"]) for c, q in zip(completions, queue)]


def short(completions, **_):
    return [-len(c[0]["content"]) / 200 for c in completions]
`;

let folder: string;

/** Runs the launcher in a folder of its own over the rows of a supervised run, without a tracker. */
async function launched(
  name: string,
  over: object,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string }> {
  const job = join(folder, name);
  mkdirSync(job);
  writeFileSync(
    join(folder, "rows", "chat.jsonl"),
    rowsOf((queue) => ({ messages: [...user("Route."), ...answer(queue)] })),
  );
  const chat = join(folder, "rows", "chat.jsonl");
  const spec = runOf("sft", { maxSteps: 12, saveSteps: 4, batchSequences: 2, sequenceTokens: 64 }).spec;
  const held = join(folder, "rows", "held.jsonl");
  writeFileSync(held, readFileSync(chat, "utf8").split("\n").slice(0, 2).join("\n"));
  const config = trl.render({ spec, modelDir: join(folder, "model"), datasetFiles: [chat], evaluationFiles: [held] });
  writeFileSync(join(job, "config.json"), JSON.stringify({ ...config, ...over }));
  cpSync(join(ROOT, "src/launch/engines/trl/python/train.py"), join(job, "train.py"));
  const trainer = spawn(PYTHON, [join(job, "train.py"), join(job, "config.json")], {
    env: { ...process.env, HF_HUB_OFFLINE: "1", MLFLOW_TRACKING_URI: "", ...env },
    stdio: "ignore",
  });
  const code = await new Promise<number | null>((resolve) => trainer.once("exit", resolve));
  return { code, out: join(job, "out") };
}

describe.skipIf(!hasTrl)(`methods of TRL on the CPU with ${model} (${TRL_NEEDED}; TUNEWRIGHT_SMOLLM2)`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tunewright-methods-"));
    if (model === "SmolLM2-135M") cpSync(smollm2, join(folder, "model"), { recursive: true });
    else {
      const made = spawnSync(PYTHON, [join(ROOT, "examples/tiny/make_tiny.py"), folder], {
        env: { ...process.env, HF_HUB_OFFLINE: "1" },
      });
      expect(made.status, made.stderr.toString()).toBe(0);
    }
    mkdirSync(join(folder, "rows"));
    writeFileSync(join(folder, "rewards.py"), REWARDS);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

  test.each(["dpo", "kto", "orpo", "grpo", "reward"] as const)(
    "%s comes to a verified adapter in two steps",
    async (method) => {
      writeFileSync(join(folder, "rows", `${method}.jsonl`), ROWS[method]);
      await ask(folder, `data freeze rows/${method}.jsonl --out frozen/${method} --by QA --reason test`);
      const run = {
        version: 1,
        name: method,
        method,
        model: "model",
        dataset: `frozen/${method}`,
        device: "cpu",
        threads: 1,
        maxSteps: 2,
        saveSteps: 1,
        sequenceTokens: 128,
        learningRate: 1e-4,
        schedule: "constant",
        ...(method === "grpo"
          ? {
              rewardFile: "rewards.py",
              rewardFunctions: ["names_the_queue", "short"],
              generations: 4,
              completionTokens: 16,
            }
          : {}),
      };
      writeFileSync(join(folder, "training.yaml"), JSON.stringify(run));
      const job = TrainingJob.parse(await ask(folder, "train start"));
      expect(job, readFileSync(join(job.folder, "attempts", "1", "log.txt"), "utf8").slice(-3000)).toMatchObject({
        state: "done-verified",
        step: 2,
      });
      const lines = readFileSync(join(job.folder, "out", "metrics.jsonl"), "utf8");
      // what each method logs besides the loss. Source: reference runs of TRL 1.16
      const key = { dpo: "rewards/margins", kto: "kl", orpo: "log_odds_ratio", grpo: "reward", reward: "accuracy" }[
        method
      ];
      expect(lines).toContain(`"${key}"`);
    },
    1_800_000,
  );

  test("a setting that the installed version does not have ends as failed-config, with its name", async () => {
    const golden = JSON.parse(readFileSync(join(ROOT, "test/golden/engines/trl-1.16/dpo.json"), "utf8")) as {
      training: Record<string, unknown>;
    };
    const job = mkdtempSync(join(folder, "job-"));
    cpSync(join(ROOT, "src/launch/engines/trl/python/train.py"), join(job, "train.py"));
    writeFileSync(join(job, "config.json"), JSON.stringify({ ...golden, training: { ...golden.training, betta: 1 } }));
    const { status, stderr } = spawnSync(PYTHON, [join(job, "train.py"), join(job, "config.json")], {
      env: { ...process.env, HF_HUB_OFFLINE: "1", MLFLOW_TRACKING_URI: "" },
    });
    expect(status, stderr.toString()).toBe(2);
    expect(stderr.toString()).toContain("betta");
  });

  test("every golden file of the installed version is taken by the configuration class of its method", () => {
    const installed = spawnSync(PYTHON, ["-c", "from importlib.metadata import version; print(version('trl'))"]);
    const golden = goldenFolder("trl", installed.stdout.toString().trim());
    expect(golden, `test/golden/engines/versions.tsv lacks TRL ${installed.stdout.toString()}`).toBeDefined();
    const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import train
for method in train.NAMES:
    config = json.load(open(f"{sys.argv[2]}/{method}.json"))
    train.classes(method)[0](output_dir=sys.argv[3], report_to=[], **config["training"])
    print(method)
`;
    const args = [join(ROOT, "src/launch/engines/trl/python"), golden!, folder];
    const { status, stdout, stderr } = spawnSync(PYTHON, ["-B", "-c", script, ...args], {
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    expect(status, stderr.toString()).toBe(0);
    expect(stdout.toString().trim().split("\n")).toEqual(["sft", "dpo", "kto", "orpo", "grpo", "reward"]);
  });

  test("a run on two devices is two processes, of which one writes", async () => {
    const { code, out } = await launched("ranks", { gpus: 2 });
    expect(code).toBe(0);
    const lines = readFileSync(join(out, "metrics.jsonl"), "utf8").trim().split("\n");
    const losses = lines.map((line) => JSON.parse(line) as { step: number; values: object });
    expect(losses.filter(({ values }) => "loss" in values).map(({ step }) => step)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    expect(existsSync(join(out, "adapter", "adapter_model.safetensors"))).toBe(true);
  });

  test("a run whose evaluation no longer improves ends early, with the best adapter, and is done", async () => {
    const { code, out } = await launched("early", { early_stopping: { patience: 2, min_delta: 100 } });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(out, "early-stop.json"), "utf8"))).toMatchObject({
      best_step: 4,
      step: 12,
      stopped: true,
    });
    expect(readFileSync(join(out, "adapter", "adapter_model.safetensors"))).toEqual(
      readFileSync(join(out, "best", "adapter_model.safetensors")),
    );
    expect(await trl.verify(join(out, ".."), 100)).toHaveProperty("modelSha256");
  });

  test("a run whose budgets do not last stops with a checkpoint on the verdict of the server", async () => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ action: "stop", reason: "the budget of the programme" })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const job = join(folder, "budget");
    const { code } = await launched("budget", {}, { TUNEWRIGHT_GUARD: `http://127.0.0.1:${port}/guard` });
    server.close();
    expect(code).toBe(78);
    expect(existsSync(join(job, "out", "adapter"))).toBe(false);
  });
});
