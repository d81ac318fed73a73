import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { trl } from "../../../src/launch/engines/trl/trl.ts";
import { runOf } from "./run-of-method.ts";

describe("a run of TRL", () => {
  test.each(["sft", "dpo", "kto", "orpo", "grpo", "reward"] as const)(
    "by %s is rendered as the golden file of TRL 1.16 has it, which test/real gives to TRL itself",
    async (method) => {
      const config = trl.render(runOf(method));
      const golden = join(import.meta.dirname, `../../golden/engines/trl-1.16/${method}.json`);
      await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(golden);
    },
  );

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
