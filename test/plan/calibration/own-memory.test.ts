import * as fc from "fast-check";
import { expect, test } from "vitest";

import { GIB } from "../../../src/base/units.ts";
import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { isRefusal, type Estimate } from "../../../src/domain/estimate.ts";
import type { MemoryKind } from "../../../src/domain/memory-plan.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { ownCalibration } from "../../../src/plan/check/own-measurements.ts";
import { stateBytes } from "../../../src/plan/memory/corrected-memory.ts";
import { memoryPhysics, trainMemory } from "../../../src/plan/memory/memory.ts";

type Row = { model?: string; method?: string; kind?: string; seq?: number; gib: number };

const KINDS = ["allocated", "reserved", "device"] as const satisfies MemoryKind[];
const catalogue = { findModel, findGpu };
const shape = findModel("meta-llama/Llama-3.1-8B");
const gpu = findGpu("H200-141GB-SXM");
const spec = RunSpec.parse({ model: shape.id, method: "full", sequenceTokens: 4096, batchSequences: 4, gpu: gpu.id });

const rowsOf = (rows: readonly Row[]): Parameters<typeof ownCalibration>[0] =>
  rows.map(({ model = shape.id, method = "full", kind = "allocated", seq = 4096, gib }, index) => ({
    from: "my.csv",
    line: index + 2,
    fields: {
      id: `run-${index}`,
      source_group: "our-lab",
      model,
      method,
      stack: "hf-trl",
      precision: "bf16",
      gpu: "H200",
      gpu_mem_gb: "141",
      n_gpus: "1",
      parallelism: "none",
      seq_len: String(seq),
      micro_batch: "4",
      grad_ckpt: "yes",
      attention: "flash",
      packing: "packed",
      memory_kind: kind,
      peak_mem_gib: String(gib),
    },
  }));
const estimate = (rows: readonly Row[]): Record<MemoryKind, Estimate> => {
  const { allocated, reserved, device } = trainMemory({
    shape,
    spec,
    gpu,
    calibration: ownCalibration(rowsOf(rows), catalogue),
  });
  if (isRefusal(allocated) || isRefusal(reserved) || isRefusal(device)) throw new Error("refused");
  return { allocated, reserved, device };
};

test("two runs of one small model that took 40 % less hardly move an 8B model, and more of them no further", () => {
  const before = estimate([]).allocated.p50;
  const small = { model: "Qwen/Qwen2.5-0.5B", gib: 15 };
  const two = estimate([small, { ...small, seq: 2048, gib: 8 }]).allocated.p50;
  expect(two).toBeLessThan(before);
  expect(two).toBeGreaterThan(0.94 * before);
  const many = estimate(Array.from({ length: 30 }, () => small)).allocated.p50;
  expect(many).toBeGreaterThan(0.94 * before);
});

test("no measurements push memory below weights, gradients and optimizer state", () => {
  const stateGib = stateBytes(memoryPhysics({ shape, spec, gpu }).lines) / GIB;
  // 2 bytes of a weight, 2 of its gradient and 2 of each of AdamW's moments
  expect(stateGib).toBeCloseTo((8 * shape.paramCount) / GIB, 0);
  for (const n of [1, 5, 25])
    for (const kind of KINDS) {
      const low = estimate(Array.from({ length: n }, () => ({ kind, gib: 20 })));
      for (const each of KINDS) expect(low[each].p10, `${n} ${kind} ${each}`).toBeGreaterThanOrEqual(stateGib);
    }
});

test("runs measured as one kind of memory move the others the same way", () => {
  const before = estimate([]);
  for (const kind of KINDS)
    for (const [factor, way] of [
      [0.9, -1],
      [1.2, 1],
    ] as const) {
      const after = estimate([{ kind, gib: factor * before[kind].p50 }]);
      for (const each of KINDS)
        expect(Math.sign(after[each].p50 - before[each].p50), `${kind} × ${factor}: ${each}`).toBe(way);
    }
});

test("live tensors are at most what is reserved, and that what the device shows, whatever was measured", () => {
  const anyRow = fc.record({
    kind: fc.constantFrom(...KINDS),
    model: fc.constantFrom(shape.id, "Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-0.5B"),
    seq: fc.constantFrom(1024, 4096),
    gib: fc.double({ min: 5, max: 140, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 5 }), (rows) => {
      const { allocated, reserved, device } = estimate(rows);
      for (const end of ["p10", "p50", "p90"] as const) {
        expect(allocated[end]).toBeLessThanOrEqual(reserved[end]);
        expect(reserved[end]).toBeLessThanOrEqual(device[end]);
      }
      expect(device.p10).toBeLessThanOrEqual(device.p50);
      expect(device.p50).toBeLessThanOrEqual(device.p90);
    }),
    { numRuns: 60 },
  );
});
