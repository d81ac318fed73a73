import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runCli } from "../../cli/run-cli.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-two-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20 }));

const MEASURED =
  "id,source_group,model,method,precision,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,grad_ckpt,attention,stack,memory_kind,packing,peak_mem_gib,tokens_per_s_per_gpu,notes\n";
const measured = (number: number): string =>
  `${MEASURED}run-${number},lab,mistralai/Mistral-7B-v0.1,lora,bf16,16,q_proj k_proj,A100,80,1,none,4096,${number + 1},yes,flash,hf-trl,allocated,full-length,${20 + number},,\n`;

describe("several processes at once", () => {
  test("plan calibrate as processes of their own: no measured run is lost, and no lock stays", async () => {
    for (const number of [0, 1, 2]) writeFileSync(join(dir, `my-${number}.csv`), measured(number));
    await Promise.all([0, 1, 2].map((number) => runCli(["plan", "calibrate", `my-${number}.csv`], { cwd: dir })));
    const { rows } = JSON.parse(readFileSync(join(dir, "calibration.json"), "utf8")) as { rows: unknown[] };
    expect(rows).toHaveLength(3);
    expect(readdirSync(dir).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
