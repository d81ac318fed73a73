import { copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import planCalibrate from "../../../src/cli/commands/plan-calibrate.ts";
import planCheck from "../../../src/cli/commands/plan-check.ts";
import planFleet from "../../../src/cli/commands/plan-fleet.ts";
import planMemory from "../../../src/cli/commands/plan-memory.ts";
import planTime from "../../../src/cli/commands/plan-time.ts";
import { type CalibrationResult } from "../../../src/domain/calibration.ts";
import type { EstimateCheck } from "../../../src/domain/estimate-check.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCommand } from "../run-command.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const CSV = `id,source_group,model,method,stack,precision,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,grad_ckpt,attention,packing,memory_kind,peak_mem_gib,tokens_per_s_per_gpu
run-1,our-lab,Qwen/Qwen2.5-7B,lora,hf-trl,bf16,16,all-linear,L40S,48,1,none,2048,4,yes,flash,packed,device,38,1500
run-2,our-lab,Qwen/Qwen2.5-7B,lora,hf-trl,bf16,16,all-linear,L40S,48,1,none,4096,2,yes,flash,packed,device,38,1500
`;
const RUN = { model: "Qwen/Qwen2.5-7B", method: "lora", gpu: "L40S" };
const VOLUME = { rows: "1000", meanTokens: "900" };
let cwd = "";

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-calibrate-"));
  await writeFile(join(cwd, "my.csv"), CSV);
});
afterEach(() => rm(cwd, { recursive: true }));

const run = (command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer> =>
  runCommand(command, raw, cwd);
const json = async (command: CommandDefinition, raw: Record<string, unknown>): Promise<string> =>
  JSON.stringify((await run(command, raw)).json);

test("every estimate of the folder uses what was measured, until the file is removed", async () => {
  const commands: [CommandDefinition, Record<string, unknown>][] = [
    [planMemory, RUN],
    [planTime, { ...RUN, ...VOLUME }],
    [planFleet, { ...RUN, ...VOLUME, usdPerGpuHour: "1.20", term: "on-demand" }],
  ];
  const before = await Promise.all(commands.map(([command, raw]) => json(command, raw)));
  const { json: result } = (await run(planCalibrate, { file: "my.csv" })) as Answer<CalibrationResult>;
  expect(result).toMatchObject({ file: "calibration.json", joined: 4, refused: 0, rejected: 0, total: 2 });
  const after = await Promise.all(commands.map(([command, raw]) => json(command, raw)));
  for (const [index, text] of after.entries()) {
    expect(before[index]).not.toContain("your own measurements");
    expect(text).toContain("your own measurements");
  }
  await rm(join(cwd, "calibration.json"));
  expect(await Promise.all(commands.map(([command, raw]) => json(command, raw)))).toEqual(before);
});

test("the file of another folder is taken where it is named, and one that is not ours is refused", async () => {
  await run(planCalibrate, { file: "my.csv" });
  await copyFile(join(cwd, "calibration.json"), join(cwd, "theirs.json"));
  await rm(join(cwd, "calibration.json"));
  expect(await json(planMemory, { ...RUN, calibration: "theirs.json" })).toContain("your own measurements");
  const failure = await catchFailureAsync(() => run(planMemory, { ...RUN, calibration: "my.csv" }));
  expect(failure.message).toContain("my.csv, line 1");
});

test("a programme uses the measurements of its own folder", async () => {
  const dir = join(cwd, "support");
  await cp(join(ROOT, "examples/support"), dir, { recursive: true });
  await run(planCalibrate, { file: "my.csv", dir: "support" });
  expect(await readdir(dir)).toContain("calibration.json");
  expect(await readdir(cwd)).not.toContain("calibration.json");
});

test("one's own runs are judged without themselves", async () => {
  const check = async (): Promise<EstimateCheck> =>
    (await run(planCheck, { kind: "training", file: "my.csv" })).json as EstimateCheck;
  const before = await check();
  await run(planCalibrate, { file: "my.csv" });
  const after = await check();
  expect(after.rows).toEqual(before.rows);
  expect(after.leftOut).toEqual(["our-lab"]);
});

test("a check writes its page where it is told to", async () => {
  await run(planCheck, { kind: "training", file: "my.csv", html: "check.html" });
  expect(await readFile(join(cwd, "check.html"), "utf8")).toMatch(
    /^<!doctype html>[\s\S]*Estimates compared with my\.csv/,
  );
});
