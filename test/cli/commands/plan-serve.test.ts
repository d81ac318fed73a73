import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Answer } from "../../../src/cli/command.ts";
import planServe from "../../../src/cli/commands/plan-serve.ts";
import { middleOf } from "../../../src/domain/estimate.ts";
import { ServePlan } from "../../../src/domain/serve-plan.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { loadTestResult } from "../../plan/serve-plan/load-test-result.ts";
import { ROOT } from "../run-cli.ts";
import { runCommand } from "../run-command.ts";
import { longCases, longTest } from "../../long-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (raw: Record<string, unknown>): Promise<Answer> => runCommand(planServe, raw, folder);
const planOf = async (raw: Record<string, unknown>): Promise<ServePlan> => ServePlan.parse((await run(raw)).json);
const LLAMA = { model: "meta-llama/Llama-3.1-8B-Instruct", usdPerGpuHour: "2.50" };
const LENGTHS = { inputTokens: "1000", outputTokens: "300" };

function write(name: string, value: unknown): string {
  writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  return name;
}

describe("what it prints", () => {
  test.each(
    longCases(1, [
      { name: "serve-rate", raw: { ...LLAMA, ...LENGTHS, rate: "20" } },
      { name: "serve-adapters", raw: { ...LLAMA, ...LENGTHS, concurrency: "64", adapters: "8", sloTpotMs: "30" } },
      { name: "serve-no-rate-meets-it", raw: { ...LLAMA, ...LENGTHS, rate: "20", sloTtftMs: "5" } },
    ]),
  )("$name", async ({ name, raw }) => {
    const answer = await run(raw);
    await expect(`${answer.text()}\n\nnext: ${answer.next}\n`).toMatchFileSnapshot(`../../golden/plan/${name}.txt`);
  });

  test("no line is wider than a terminal of 100 columns", async () => {
    const lines = (await run({ ...LLAMA, ...LENGTHS, rate: "20" })).text().split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test("an SLO that no rate meets fails the check, and the plan is printed all the same", async () => {
    const answer = await run({ ...LLAMA, ...LENGTHS, sloTpotMs: "1" });
    expect(answer.failed).toContain("no rate meets the SLO");
    expect(answer.text()).toContain("output tokens/s at saturation");
  });

  test("--html writes one page with the three charts, and no link out of it", async () => {
    await run({ ...LLAMA, ...LENGTHS, rate: "20", html: "serving.html" });
    const page = readFileSync(join(folder, "serving.html"), "utf8");
    for (const id of ["chart-cost", "chart-ttft", "chart-tpot", "chart-memory"])
      expect(page).toContain(`id="${id}-title"`);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });
});

describe("where requests come from", () => {
  longTest("a month of traffic says rate, peak and lengths; flags next to it take their place", async () => {
    const traffic = write("traffic.json", {
      inputTokensPerMonth: 3e9,
      outputTokensPerMonth: 6e8,
      requestsPerMonth: 3e6,
      peakOverMean: 4,
      source: { kind: "user", ref: "an export" },
    });
    const plan = await planOf({ ...LLAMA, traffic, outputTokens: "100" });
    expect(plan.spec).toMatchObject({ inputTokens: 1000, outputTokens: 100, peakOverMean: 4 });
    expect(plan.spec.rate).toBeCloseTo(3e6 / (730.5 * 3600), 6);
  });

  test("a dataset says the lengths", async () => {
    const rows = Array.from({ length: 20 }, () => ({ prompt: "word ".repeat(200), completion: "word ".repeat(50) }));
    const file = write("rows.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    const { spec } = await planOf({ ...LLAMA, lengthsOf: file });
    expect(spec.inputTokens).toBeGreaterThan(190);
    expect(spec.outputTokens).toBeGreaterThan(45);
    expect(spec.inputCv).toBe(0);
  });

  test("a programme says model, load and price, its training rows the lengths, and the cheapest GPU is taken", async () => {
    const plan = await planOf({ dir: join(ROOT, "examples/contracts") });
    expect(plan.spec).toMatchObject({ model: "Qwen/Qwen2.5-7B", tensorParallel: 1 });
    const stated = await planOf({ dir: join(ROOT, "examples/contracts"), gpu: "H100" });
    expect(middleOf(plan.usdPerMonth)).toBeLessThanOrEqual(middleOf(stated.usdPerMonth)!);
    // 880 million output tokens a month, 1.01 of the model's own each, at the mean output of its rows.
    expect(plan.spec.rate).toBeCloseTo((1.01 * 880e6) / plan.spec.outputTokens / (730.5 * 3600), 3);
    expect(plan.spec.inputTokens / plan.spec.outputTokens).toBeCloseTo(6, 6);
  });

  longTest(
    "flags next to a folder take the place of what it says, and a model that does not fit is split",
    async () => {
      const dir = join(ROOT, "examples/contracts");
      const plan = await planOf({ dir, model: "meta-llama/Llama-3.3-70B-Instruct", rate: "1", usdPerGpuHour: "3" });
      expect(plan.spec).toMatchObject({ model: "meta-llama/Llama-3.3-70B-Instruct", rate: 1, tensorParallel: 2 });
      expect(plan.usdPerGpuHour).toMatchObject({ p50: 3 });
    },
  );

  test("a load test's capacity is the basis, by its file", async () => {
    const file = write("result.json", loadTestResult());
    const plan = await planOf({ ...LLAMA, ...LENGTHS, rate: "20", measured: file });
    expect(plan.measured).toMatchObject({ file: "result.json" });
    expect(plan.replicas.planned).toBe(8);
  });
});

describe("bad input", () => {
  test.each([
    { raw: {}, message: "--model is required", hint: /programme folder/ },
    { raw: { ...LLAMA, model: "Qwen/Qwen2.7-7B" }, message: /no model/, hint: /did you mean/ },
    { raw: { ...LLAMA, gpu: "H10" }, message: /no GPU "H10"/, hint: /did you mean "H100/ },
    { raw: { ...LLAMA, rate: "1", concurrency: "2" }, message: /together/, hint: /give the rate/ },
    { raw: { ...LLAMA, measured: "nowhere.json" }, message: "nowhere.json does not exist", hint: undefined },
    {
      raw: { ...LLAMA, traffic: "bad.json" },
      message: /bad.json: outputTokensPerMonth is required/,
      hint: /month of traffic/,
    },
    { raw: { dir: "nowhere" }, message: /nowhere/, hint: /./ },
  ])("$message", async ({ raw, message, hint }) => {
    write("bad.json", { inputTokensPerMonth: 1 });
    const failure = await catchFailureAsync(() => run(raw));
    expect(failure.message).toMatch(message);
    if (hint !== undefined) expect(failure.hint).toMatch(hint);
  });

  test.each([
    { raw: { ...LLAMA, engine: "vlm" }, message: /--engine: "?vlm/, hint: /^did you mean "vllm"\?$/ },
    { raw: { ...LLAMA, rate: "-1" }, message: /--rate: -1 is too small/, hint: /requests per second/ },
    {
      raw: { ...LLAMA, prefixHitShare: "2" },
      message: /--prefix-hit-share: 2 is too large/,
      hint: /^Share of the input tokens/,
    },
  ])("a flag: $message", async ({ raw, message, hint }) => {
    const failure = await catchFailureAsync(async () => run(raw));
    expect(failure.message).toMatch(message);
    expect(failure.hint).toMatch(hint);
  });
});
