import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import planCalibrate from "../../../src/cli/commands/plan-calibrate.ts";
import { MeasurementFile } from "../../../src/domain/calibration.ts";
import { MAIN, runCli } from "../../cli/run-cli.ts";
import { runCommand } from "../../cli/run-command.ts";

const CSV = `id,source_group,model,method,stack,precision,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,grad_ckpt,attention,packing,memory_kind,peak_mem_gib,tokens_per_s_per_gpu
run-1,our-lab,Qwen/Qwen2.5-7B,lora,hf-trl,bf16,16,all-linear,L40S,48,1,none,2048,4,yes,flash,packed,device,38,1500
run-2,our-lab,Qwen/Qwen2.5-7B,lora,hf-trl,bf16,16,all-linear,L40S,48,1,none,4096,2,yes,flash,packed,device,38,1500
`;

let cwd = "";
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-calibrate-"));
  await writeFile(join(cwd, "my.csv"), CSV);
});
afterEach(() => rm(cwd, { recursive: true }));

test("killed at any moment, the file is the old one or the new one", async () => {
  const path = join(cwd, "calibration.json");
  await runCommand(planCalibrate, { file: "my.csv" }, cwd);
  const rows = Array.from({ length: 400 }, (_, index) => CSV.split("\n")[1]!.replace("run-1", `more-${index}`));
  await writeFile(join(cwd, "more.csv"), [CSV.split("\n")[0], ...rows].join("\n"));
  for (const delayMs of [60, 200, 350, 500, 700]) {
    const child = spawn(process.execPath, [MAIN, "plan", "calibrate", "more.csv"], { cwd, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", resolve));
    setTimeout(() => child.kill("SIGKILL"), delayMs);
    await ended;
    const { rows: kept } = MeasurementFile.parse(JSON.parse(await readFile(path, "utf8")));
    expect([2, 402]).toContain(kept.length);
  }
  const { code } = await runCli(["plan", "calibrate", "more.csv"], { cwd });
  expect(code).toBe(0);
  expect(MeasurementFile.parse(JSON.parse(await readFile(path, "utf8"))).rows).toHaveLength(402);
});
