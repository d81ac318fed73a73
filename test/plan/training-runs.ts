import { readFileSync } from "node:fs";

import { findGpu } from "../../src/catalog/gpus.ts";
import { findModel } from "../../src/catalog/models.ts";
import { RunSpec } from "../../src/domain/run-spec.ts";
import type { TrainRun } from "../../src/plan/memory/memory.ts";

/** A run of the catalogue: what is left out stands at the default of the spec. */
export function run(model: string, spec: Partial<RunSpec> = {}, gpu = "A100-80GB-SXM"): TrainRun {
  const shape = findModel(model);
  return { shape, spec: RunSpec.parse({ model: shape.id, gpu, ...spec }), gpu: findGpu(gpu) };
}

/** Rows of a golden table by the names of its head. */
export function goldenRows(name: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../golden/plan/${name}`, import.meta.url), "utf8");
  const [head, ...lines] = text.trim().split("\n");
  const columns = head!.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}
