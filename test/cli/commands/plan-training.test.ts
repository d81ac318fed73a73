import { mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import planCheck from "../../../src/cli/commands/plan-check.ts";
import planFleet from "../../../src/cli/commands/plan-fleet.ts";
import planMethod from "../../../src/cli/commands/plan-method.ts";
import planMemory from "../../../src/cli/commands/plan-memory.ts";
import planTime from "../../../src/cli/commands/plan-time.ts";
import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import { FleetSearch } from "../../../src/domain/fleet-search.ts";
import { EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { MemoryPlan } from "../../../src/domain/memory-plan.ts";
import type { MethodChoice } from "../../../src/domain/study.ts";
import { isRefusal } from "../../../src/domain/estimate.ts";
import type { RunPlan } from "../../../src/domain/run-plan.ts";
import { programmeCosts } from "../../../src/programme/cost/programme-costs.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";
import { runCommand } from "../run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-plan-"));
const run = (command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> =>
  runCommand(command, raw, { cwd: folder, now: () => new Date("2026-06-01T12:00:00Z") });

const SEVEN_B = { model: "Qwen/Qwen2.5-7B", method: "lora", gpu: "A100" };
const VOLUME = { rows: "14000", meanTokens: "900" };

test("plan memory answers an itemised plan and names the next command", async () => {
  const answer = await run(planMemory, SEVEN_B);
  const { memory } = answer.json as { memory: MemoryPlan };
  expect(MemoryPlan.parse(memory).lines.map(({ id }) => id)).toContain("checkpoints");
  expect(answer.next).toContain("plan time --model Qwen/Qwen2.5-7B");
});

test("a card without bf16 trains in fp16 where nobody asked for bf16, and is refused it where somebody did", async () => {
  const asked = { model: "Qwen/Qwen2.5-0.5B", method: "lora", gpu: "V100" };
  const answer = await run(planMemory, asked);
  expect((answer.json as { memory: MemoryPlan }).memory.warnings.join(" ")).toContain("the run is in fp16");
  const failure = await catchFailureAsync(() => run(planMemory, { ...asked, precision: "bf16" }));
  expect(failure.message).toContain("has no bf16");
});

test("plan time prints speed, hours and money of a stated price, as in its golden file", async () => {
  const answer = await run(planTime, { ...SEVEN_B, ...VOLUME, usdPerGpuHour: "1.71" });
  await expect(`${answer.text()}\n`).toMatchFileSnapshot("../../golden/plan/time.txt");
});

longTest("plan fleet answers every fleet of the price book by each term, and counts what has no price", async () => {
  const answer = await run(planFleet, { model: SEVEN_B.model, ...VOLUME });
  const { options, rejected } = FleetSearch.parse(answer.json);
  expect(new Set(options.map(({ gpu }) => gpu)).size).toBeGreaterThan(3);
  expect(new Set(options.map(({ term }) => term))).toEqual(new Set(["on-demand", "spot"]));
  expect(rejected.some(({ reason, terms }) => reason === "no-price" && terms.includes("spot"))).toBe(true);
});

longTest("plan fleet writes a page, keeps a deadline, and asks for one where it ranks by it", async () => {
  const html = "fleets.html";
  const answer = await run(planFleet, {
    model: SEVEN_B.model,
    ...VOLUME,
    rank: "deadline",
    deadlineHours: "4",
    interruptionsPerNodeHour: "0.1",
    html,
  });
  expect(await readFile(join(folder, html), "utf8")).toContain("Wall hours of one run, p50");
  for (const { hours } of FleetSearch.parse(answer.json).options) expect(isRefusal(hours) || hours.p90 <= 4).toBe(true);
  const failure = run(planFleet, { model: SEVEN_B.model, ...VOLUME, rank: "deadline" });
  await expect(failure).rejects.toThrow("--rank deadline needs a deadline");
});

longTest("every command gives the same hours for a programme: those of its scanned files", async () => {
  const dir = join(import.meta.dirname, "../../../examples/contracts");
  const time = await run(planTime, { dir });
  const { gpuHours, tokens, stated } = time.json as RunPlan;
  const choice = (await run(planMethod, { dir })).json as MethodChoice;
  const { training } = await programmeCosts(dir, { on: "2026-06-01", draws: 100 });
  expect(gpuHours).toEqual(training.modelledGpuHoursPerRun);
  expect(choice.ranking.find(({ method }) => method === training.facts.method)!.gpuHours).toEqual(gpuHours);
  const searched = FleetSearch.parse((await run(planFleet, { dir, term: "spot", gpu: "H100" })).json);
  const {
    onFront: _onFront,
    dominatedBy: _by,
    spot: _spot,
    term: _term,
    priceIsOld: _old,
    isLessSure: _sure,
    speedSources: _sources,
    vendorSpeedSources: _vendor,
    ...option
  } = searched.options.find(({ gpuCount }) => gpuCount === 8)!;
  expect(training.fleet).toEqual(option);
  // 14,000 rows, 3 times: far less than full sequences of 2,048 tokens
  expect(!isRefusal(tokens) && tokens.p50).toBeLessThan(14_000 * 3 * 1000);
  expect(stated).toMatchObject({ hours: 6, gpuHours: 48 });
  expect(time.text()).toMatch(/wall hours, as stated +6\b/);
  expect((await run(planFleet, { dir })).text()).toContain("the programme states 6 wall hours on 8 × H100-80GB-SXM");
  expect((await run(planMethod, { dir })).text()).toContain("the programme states 6 wall hours per run");
});

test("a run of GRPO takes its group size and the length of its answers from flags, else as a range", async () => {
  const grpo = { ...SEVEN_B, objective: "grpo", rows: "8000", meanTokens: "300", epochs: "1" };
  const known = (await run(planTime, { ...grpo, groupSize: "8", completionTokens: "719" })).json as RunPlan;
  expect(known.tokens).toMatchObject({ p10: 8000 * 8 * 1019, p90: 8000 * 8 * 1019 });
  const assumed = (await run(planTime, grpo)).json as RunPlan;
  expect(assumed.volume.rollouts).toMatchObject({ groupSize: { p10: 8, p90: 16 } });
});

test("plan check training answers in the shape of the interface, and reads a file with a byte-order mark and CRLF", async () => {
  const text = [
    "id,model,method,stack,gpu,gpu_mem_gb,n_gpus,seq_len,micro_batch,grad_ckpt,peak_mem_gib,tokens_per_s_per_gpu,memory_kind,packing",
    "x-1,mistralai/Mistral-7B-v0.1,full,hf-trl,A100,80,1,4096,4,yes,67.46,3063,allocated,full-length",
  ].join("\r\n");
  writeFileSync(join(folder, "rows.csv"), `\uFEFF${text}\r\n`);
  const { rows, groups } = EstimateCheck.parse((await run(planCheck, { kind: "training", file: "rows.csv" })).json);
  expect(rows).toHaveLength(2);
  expect(groups[0]!.group).toBe("x");
});

describe("mistakes say what to change", () => {
  test.each([
    [planMemory, { model: "Qwen/Qwen2.5-7B", loraRank: "9000" }, "above the hidden width"],
    [planMemory, { model: "Qwen/Qwen2.5-7B", gpu: "H1000" }, "no GPU"],
    [planMemory, { model: "Qwen/Qwen9-7B" }, "no model"],
    [planMemory, {}, "--model is required"],
    [planTime, SEVEN_B, "--rows is required"],
    [planFleet, { ...SEVEN_B, rows: "10" }, "--mean-tokens is required"],
    [planTime, { dir: "no-such-folder" }, "no-such-folder"],
    [planCheck, { kind: "training", file: "missing.csv" }, "missing.csv does not exist"],
  ] as [CommandDefinition, Record<string, unknown>, string][])("%# %j: %s", async (command, raw, words) => {
    const failure = await catchFailureAsync(() => run(command, raw));
    expect(failure.message).toContain(words);
    expect(failure.hint ?? "").not.toBe(failure.message);
  });

  test.each([
    ["empty.csv", "", "is empty"],
    ["binary.csv", "a,b\n\u0000\n", "binary"],
    ["short.csv", "id,model\nx,y\n", "has no column"],
    ["broken.csv", 'id,model\n"x,y\n', "not closed"],
  ])("plan check training %s: %j is stopped because it %s", async (name, content, words) => {
    writeFileSync(join(folder, name), content);
    const failure = await catchFailureAsync(() => run(planCheck, { kind: "training", file: name }));
    expect(failure.kind).toBe("bad_input");
    expect(failure.message).toContain(words);
  });
});
