import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { CalibrationResult, MeasurementFile } from "../../../src/domain/calibration.ts";
import { type Estimate, isRefusal } from "../../../src/domain/estimate.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import type { Calibration } from "../../../src/plan/calibration/calibration.ts";
import { PUBLISHED } from "../../../src/plan/calibration/published.ts";
import { trainMemory } from "../../../src/plan/memory/memory.ts";
import { calibrateText } from "../../../src/programme/calibration/calibrate-text.ts";
import { calibrate } from "../../../src/programme/calibration/calibrate.ts";
import { CALIBRATION_FILE, readCalibration } from "../../../src/programme/calibration/calibration-file.ts";

const HEAD =
  "id,source_group,model,method,precision,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,grad_ckpt,attention,stack,memory_kind,packing,peak_mem_gib,tokens_per_s_per_gpu,notes";
const row = (id: string, over: Record<string, string> = {}): string => {
  const fields: Record<string, string> = {
    id,
    source_group: "lab",
    model: "mistralai/Mistral-7B-v0.1",
    method: "lora",
    precision: "bf16",
    lora_rank: "16",
    lora_targets: "q_proj k_proj v_proj o_proj",
    gpu: "A100",
    gpu_mem_gb: "80",
    n_gpus: "1",
    parallelism: "none",
    seq_len: "4096",
    micro_batch: "4",
    grad_ckpt: "yes",
    attention: "flash",
    stack: "hf-trl",
    memory_kind: "allocated",
    packing: "full-length",
    peak_mem_gib: "37",
    ...over,
  };
  return HEAD.split(",")
    .map((column) => fields[column] ?? "")
    .join(",");
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "calibrate-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const file = (): string => join(dir, CALIBRATION_FILE);
const joinRuns = async (...rows: string[]): Promise<CalibrationResult> => {
  writeFileSync(join(dir, "my.csv"), [HEAD, ...rows].join("\n"));
  const target = { path: file(), shown: CALIBRATION_FILE };
  return CalibrationResult.parse(
    await calibrate({ csv: { path: join(dir, "my.csv"), shown: "my.csv" }, target, on: "2026-11-25" }),
  );
};
const estimate = (calibration: Calibration): Estimate => {
  const spec = RunSpec.parse({
    model: "mistralai/Mistral-7B-v0.1",
    loraTargets: "attention",
    sequenceTokens: 4096,
    batchSequences: 4,
  });
  const run = { shape: findModel(spec.model), spec, gpu: findGpu("A100-80GB-SXM"), calibration };
  const { allocated } = trainMemory(run);
  if (isRefusal(allocated)) throw new Error(allocated.refused);
  return allocated;
};

describe("a user's own measured runs", () => {
  test("move the estimates of their cell, say so in the basis, and are undone by removing the file", async () => {
    const before = estimate(await readCalibration(dir));
    const result = await joinRuns(row("lab-1"), row("lab-2", { peak_mem_gib: "36.5" }));
    expect(result).toMatchObject({ joined: 2, refused: 0, rejected: 0, total: 2 });
    const after = estimate(await readCalibration(dir));
    expect(after.p50).toBeGreaterThan(1.2 * before.p50);
    expect(after.basis).toContain("your own measurements of allocated, hf, adapter");
    expect(result.cells[0]).toMatchObject({ quantity: "peakMemoryGib", n: 2 });
    expect(result.cells[0]!.movedPct).toBeCloseTo(100 * (after.p50 / before.p50 - 1), 6);
    rmSync(file());
    expect(await readCalibration(dir)).toBe(PUBLISHED);
  });

  test("of another kind of run do not move it", async () => {
    await joinRuns(row("lab-1", { method: "full", lora_rank: "", lora_targets: "", peak_mem_gib: "79" }));
    const { basis } = estimate(await readCalibration(dir));
    expect(basis).not.toContain("your own");
  });

  test("with an id that is known take its place, and others join it", async () => {
    await joinRuns(row("lab-1"));
    const again = await joinRuns(row("lab-1", { peak_mem_gib: "30" }), row("lab-2"));
    expect(again.total).toBe(2);
    const { rows } = MeasurementFile.parse(JSON.parse(readFileSync(file(), "utf8")));
    expect(rows.map(({ fields }) => fields["peak_mem_gib"])).toEqual(["30", "37"]);
  });

  test("with one id within a file are runs of their own, and take each other's place in turn", async () => {
    await joinRuns(row("lab-1"), row("lab-1", { seq_len: "2048", peak_mem_gib: "29" }));
    const again = await joinRuns(row("lab-1", { peak_mem_gib: "36" }));
    expect(again.total).toBe(2);
    const { rows } = MeasurementFile.parse(JSON.parse(readFileSync(file(), "utf8")));
    expect(rows.map(({ fields }) => fields["peak_mem_gib"])).toEqual(["36", "29"]);
  });

  test("that are refused, rejected or marked do not join, and each says why", async () => {
    const result = await joinRuns(
      row("lab-1", { seq_len: "" }),
      row("lab-2", { micro_batch: "-4" }),
      row("lab-3", { notes: "REPLICATE of lab-9" }),
      row("lab-4", { peak_mem_gib: "" }),
    );
    expect(result).toMatchObject({ joined: 0, refused: 1, rejected: 1, excluded: 1, unmeasured: 1, total: 0 });
    expect(result.reasons.map(({ line }) => line)).toEqual([2, 3]);
    expect(existsSync(file())).toBe(false);
  });

  test("are told in a golden text", async () => {
    const result = await joinRuns(
      row("lab-1"),
      row("lab-2", { micro_batch: "0" }),
      row("lab-3", { model: "mistral-7x" }),
    );
    const cells = [
      {
        quantity: "peakMemoryGib" as const,
        cell: "allocated, hf, adapter",
        n: 3,
        models: 1,
        layouts: 1,
        before: { p10: 0.9, p50: 1, p90: 1.2 },
        after: { p10: 1.3, p50: 1.4, p90: 1.5 },
        movedPct: 40,
        otherModelMovedPct: 4,
        belowState: 1,
      },
      {
        quantity: "tokensPerSecPerGpu" as const,
        cell: "verl, full",
        n: 1,
        models: 2,
        layouts: 1,
        before: null,
        after: { p10: 0.5, p50: 1, p90: 2 },
        movedPct: null,
        otherModelMovedPct: null,
        belowState: 0,
      },
    ];
    await expect(`${calibrateText({ ...result, cells })}\n`).toMatchFileSnapshot("../../golden/plan-calibrate.txt");
  });
});

describe("a calibration.json that is not ours", () => {
  test.each([
    ["", "is empty"],
    ["{", "the file may be truncated"],
    ["[1, 2]", "is not a file of measured runs"],
    ['{"format": "something-else", "version": 1}', "is not a file of measured runs"],
    ['{"format": "tunewright-measurements", "version": 2}', "has version 2, but this Tunewright reads version 1"],
    [
      '{"format": "tunewright-measurements", "version": 1, "dated": "2026-11-25", "rows": [{"from": "a", "line": 0, "fields": {}}]}',
      "rows.0.line: 0 is too small",
    ],
  ])("%s is refused and never overwritten: %s", async (text, words) => {
    writeFileSync(file(), text);
    await expect(readCalibration(dir)).rejects.toThrow(words);
    await expect(joinRuns(row("lab-1"))).rejects.toThrow(words);
    expect(readFileSync(file(), "utf8")).toBe(text);
  });

  test("may not lead out of the folder", async () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    writeFileSync(join(outside, "x.json"), "{}");
    symlinkSync(join(outside, "x.json"), file());
    await expect(readCalibration(dir)).rejects.toThrow("leads out of the programme folder");
    rmSync(outside, { recursive: true });
  });
});
