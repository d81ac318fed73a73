import { expect, test } from "vitest";

import planMethod from "../../../src/cli/commands/plan-method.ts";
import { isRefusal } from "../../../src/domain/estimate.ts";
import { MethodChoice } from "../../../src/domain/study.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { ROOT } from "../run-cli.ts";
import { runCommand } from "../run-command.ts";
import { longCases, longTest } from "../../long-suite.ts";

const run = (raw: Record<string, unknown>) => runCommand(planMethod, raw, ROOT);
const choiceOf = async (raw: Record<string, unknown>) => MethodChoice.parse((await run(raw)).json);

const EXTRACTION = {
  task: "extraction",
  goals: ["format", "cost"],
  model: "Qwen/Qwen2.5-7B",
  rows: "14000",
  meanTokens: "1200",
  apiUsdPerMonth: "22000",
};
const CORPUS = {
  task: "domain-corpus",
  goals: ["knowledge", "style"],
  broad: true,
  model: "Qwen/Qwen2.5-7B",
  rows: "200000",
  corpusTokens: "20000000000",
  changesTokenizer: true,
  apiUsdPerMonth: "80000",
};

test.each(
  longCases(1, [
    ["extraction", EXTRACTION],
    ["below-spend", { ...EXTRACTION, task: "classification", classes: "4", rows: "3000", apiUsdPerMonth: "1200" }],
    [
      "reasoning",
      {
        task: "reasoning",
        goals: ["reasoning"],
        model: "Llama-3.1-8B",
        rows: "20000",
        verifiableReward: true,
        apiUsdPerMonth: "40000",
      },
    ],
    [
      "safety-pairs",
      {
        task: "chat",
        goals: ["safety", "style"],
        broad: true,
        model: "Llama-3.3-70B",
        rows: "30000",
        preferencePairs: "12000",
        gpu: "H200",
        gpuCount: "8",
      },
    ],
    ["new-tokenizer", CORPUS],
  ]),
)("%s prints what it always printed", async (name, raw) => {
  const answer = await run(raw);
  await expect(`${answer.text()}\n\nnext: ${answer.next}\n`).toMatchFileSnapshot(
    `../../golden/plan-method/${name}.txt`,
  );
});

test("a programme folder answers, and flags replace its facts", async () => {
  const dir = "examples/contracts";
  const asWritten = await choiceOf({ dir });
  expect(asWritten.fineTune).toBe("yes");
  expect(asWritten.ranking[0]!.method).toBe("lora");
  const cheap = await choiceOf({ dir, apiUsdPerMonth: "900", laborUsdPerMonth: "0" });
  expect(cheap.fineTune).toBe("no");
  expect((await run({ dir })).next).toBe(`tunewright feasibility ${dir}`);
});

longTest("continued pre-training is estimated over the corpus, and not the rows", async () => {
  const { ranking } = await choiceOf(CORPUS);
  const hours = (method: string) => {
    const { gpuHours } = ranking.find((each) => each.method === method)!;
    if (isRefusal(gpuHours)) throw new Error(gpuHours.refused);
    return gpuHours.p50;
  };
  // 20 billion corpus tokens once against 200,000 rows of at most 2,048 three times: at least 16 times as many, in
  // GPU-hours of fleets that each method chooses for itself.
  expect(hours("continued-pretraining") / hours("full-sft")).toBeGreaterThan(12);
});

test("what cannot be estimated is refused with its reason: no run, no data, no model of PPO", async () => {
  const { ranking } = await choiceOf({ ...EXTRACTION, task: "chat", preferencePairs: "5000" });
  const refusedOf = (method: string) => {
    const { cost } = ranking.find((each) => each.method === method)!;
    return isRefusal(cost) ? cost.refused : undefined;
  };
  expect(refusedOf("rag")).toBe("nothing is trained");
  expect(refusedOf("continued-pretraining")).toBe("there is nothing to train on");
  expect(refusedOf("rlhf")).toContain("not modelled");
  expect(refusedOf("dpo")).toBeUndefined();
});

longTest("without rows the pairs' chosen answers are what is tuned on; without either nothing is", async () => {
  const pairs = await choiceOf({ task: "chat", goals: ["safety"], model: "Llama-3.1-8B", preferencePairs: "20000" });
  expect(pairs.ranking[0]!.chain).toContain("dpo");
  const nothing = await choiceOf({ task: "chat", goals: ["style"], model: "Llama-3.1-8B" });
  expect(nothing.fineTune).toBe("no");
  expect(nothing.ranking[0]!.method).toBe("prompt-only");
});

test.each([
  [{ task: "chat", goals: ["style"] }, "--model is required without a programme folder"],
  [{ ...EXTRACTION, task: "extractoin" }, '--task: "extractoin" is not one of'],
  [{ ...EXTRACTION, goals: ["speed"] }, "--goals"],
  [{ ...EXTRACTION, model: "Qwen/Qwen2.5-8B" }, '--model: the catalogue has no model "Qwen/Qwen2.5-8B"'],
  [{ ...EXTRACTION, gpu: "H1000" }, '--gpu: the catalogue has no GPU "H1000"'],
  [{ ...EXTRACTION, rows: "-3" }, "--rows: -3 is too small"],
  [{ ...EXTRACTION, apiUsdPerMonth: "-5" }, "--api-usd-per-month"],
  [{ ...EXTRACTION, gpuCount: "0" }, "--gpu-count"],
  [{ dir: "no/such/folder" }, "no/such/folder"],
])("%j is told what is wrong", async (raw, message) => {
  const failure = await catchFailureAsync(async () => run(raw));
  expect(failure.message).toContain(message);
});
