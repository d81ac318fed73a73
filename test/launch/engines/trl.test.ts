import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { trl } from "../../../src/launch/engines/trl/trl.ts";
import { goldenVersions } from "./golden-versions.ts";
import { runOf } from "./run-of-method.ts";

describe("a run of TRL", () => {
  test("has golden files that the oldest version that a run accepts was given, and newer ones", () => {
    const versions = goldenVersions("trl").map(({ version }) => version);
    expect(versions[0]).toBe(`${trl.packages["trl"]}.0`);
    expect(versions.length).toBeGreaterThan(1);
  });

  test.each(["sft", "dpo", "kto", "orpo", "grpo", "reward"] as const)(
    "by %s is rendered as the golden file of TRL 1.0 to 1.16 has it, which test/real gives to TRL itself",
    async (method) => {
      const config = trl.render(runOf(method));
      const golden = join(import.meta.dirname, `../../golden/engines/trl-1.16/${method}.json`);
      await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(golden);
    },
  );

  test("on several GPUs, that ends early, is rendered as its golden file has it", async () => {
    const over = { device: "cuda", gpuCount: 8, evaluation: "frozen/dev", earlyStopping: { patience: 3, minDelta: 0 } };
    const config = trl.render({ ...runOf("sft", over as Partial<TrainingFile>), evaluationFiles: ["/data/dev.jsonl"] });
    const golden = join(import.meta.dirname, "../../golden/engines/trl-1.16/sft-8-gpus.json");
    await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(golden);
  });

  test("is done early only where the launcher recorded that its loss no longer fell, at the step it ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tunewright-early-"));
    try {
      const out = join(folder, "out");
      mkdirSync(join(out, "adapter"), { recursive: true });
      const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(
        join(out, "adapter", "adapter_model.safetensors"),
        Buffer.concat([length, header, Buffer.alloc(4)]),
      );
      writeFileSync(join(out, "adapter", "adapter_config.json"), "{}");
      // as Python writes it
      writeFileSync(join(out, "trainer_state.json"), '{"global_step": 40, "log_history": [{"step": 1, "loss": NaN}]}');
      const early = (step: number, stopped: boolean): void =>
        writeFileSync(join(out, "early-stop.json"), JSON.stringify({ losses: [], best_step: 20, step, stopped }));
      expect(await trl.verify(folder, 100)).toEqual({ unverified: "it stopped at step 40 of 100" });
      early(40, false);
      expect(await trl.verify(folder, 100)).toHaveProperty("unverified");
      early(30, true);
      expect(await trl.verify(folder, 100)).toHaveProperty("unverified");
      early(40, true);
      expect(await trl.verify(folder, 100)).toHaveProperty("modelSha256");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("keeps the reward functions that it was queued with", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tunewright-rewards-"));
    try {
      const file = join(folder, "mine.py");
      writeFileSync(file, "def short(completions, **_): ...\n");
      await trl.copyLauncher(folder, trl.render({ ...runOf("grpo"), rewardFile: file }));
      expect(readFileSync(join(folder, "rewards.py"), "utf8")).toBe(readFileSync(file, "utf8"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    [{ method: "grpo" }, "needs rewardFile"],
    [{ method: "grpo", rewardFile: "r.py", rewardFunctions: ["f"], batchSequences: 6 }, "multiple of generations"],
    [{ method: "dpo", assistantOnly: true }, "assistantOnly needs method sft"],
    [{ method: "grpo", rewardFile: "../r.py", rewardFunctions: ["f"] }, "leaves the programme folder"],
  ])("that is %j is refused", (fields, message) => {
    const file = { version: 1, name: "x", model: "m", dataset: "d", maxSteps: 1, saveSteps: 1, ...fields };
    const [issue] = TrainingFile.safeParse(file).error!.issues;
    expect(issue!.message).toContain(message);
  });
});
