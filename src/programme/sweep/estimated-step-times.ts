import { existsSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { shapeFromConfig } from "../../catalog/model-config.ts";
import { fileLines } from "../../curate/freeze/frozen-folder.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import { isRefusal } from "../../domain/estimate.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { rowTokens } from "../../plan/speed/run-time.ts";
import { trainThroughput } from "../../plan/speed/throughput.ts";
import { readCalibration } from "../calibration/calibration-file.ts";
import { asRunSpec } from "../training/as-run-spec.ts";

/** Milliseconds per step as estimated, without start-up, evaluation and checkpoints; or why they are unknown. */
export type EstimatedTimes = { p10: number; p50: number; p90: number; basis: string } | { unknown: string };

/** Number of rows whose tokens are counted. */
const COUNTED_ROWS = 500;

/**
 * Time per step of a run that was never measured, estimated from its model, its GPU and the lengths of its first rows.
 *
 * @param files  files of its dataset
 */
export async function estimatedStepTimes(
  spec: TrainingFile,
  { modelDir, programmeDir, files }: { modelDir: string; programmeDir: string; files: readonly string[] },
): Promise<EstimatedTimes> {
  if (spec.engine === "openai" || spec.method === "grpo") return { unknown: "there is no estimate for such a run" };
  if (spec.device === "cpu") return { unknown: "there are no estimates for a CPU" };
  if (spec.gpu === undefined) return { unknown: "the training file names no GPU" };
  try {
    const gpu = findGpu(spec.gpu);
    const config: unknown = JSON.parse(await readText(join(modelDir, "config.json")));
    // the day dates the facts of a shape, which are not shown
    const { shape } = shapeFromConfig(config, spec.model, "1970-01-01");
    const rows = await meanRowTokens(files, join(modelDir, "tokenizer.json"));
    if (rows === undefined) return { unknown: "the dataset has no rows" };
    const run = asRunSpec(spec, spec.engine);
    const kept = rowTokens(rows.tokens, run.sequenceTokens);
    const speed = trainThroughput({
      shape,
      spec: run,
      gpu,
      calibration: await readCalibration(programmeDir),
      speed: { rowTokens: kept },
    });
    if (isRefusal(speed)) return { unknown: speed.refused };
    const sequences = run.batchSequences * run.gradAccum * OBJECTIVES[run.objective].sequencesPerRow;
    const stepMs = (perSec: number, factor: number): number =>
      (1000 * sequences * rowTokens(rows.tokens * factor, run.sequenceTokens)) / perSec;
    return {
      p10: stepMs(speed.p90, rows.low),
      p50: stepMs(speed.p50, 1),
      p90: stepMs(speed.p10, rows.high),
      basis: `${gpu.id}, ${Math.round(kept)} tokens per row`,
    };
  } catch (error) {
    if (!(error instanceof Failure || error instanceof SyntaxError)) throw error;
    return { unknown: error.message };
  }
}

/**
 * Mean tokens of a sequence of the first rows, with the factors by which another tokenizer may differ; undefined without
 * rows.
 */
async function meanRowTokens(
  files: readonly string[],
  tokenizer: string,
): Promise<{ tokens: number; low: number; high: number } | undefined> {
  const counter = await loadTokenCounter(existsSync(tokenizer) ? tokenizer : undefined);
  let [rows, tokens] = [0, 0];
  for (const file of files) {
    for await (const line of fileLines(file)) {
      const row: unknown = JSON.parse(line.toString("utf8"));
      const sides = isPair(row)
        ? [
            { ...row, rejected: "" },
            { ...row, chosen: "" },
          ]
        : [row];
      for (const side of sides) tokens += counter.count(textsIn(side).join("\n")) / sides.length;
      rows += 1;
      if (rows === COUNTED_ROWS) break;
    }
    if (rows === COUNTED_ROWS) break;
  }
  const [low, high] = counter.errorFactors;
  return rows === 0 ? undefined : { tokens: tokens / rows, low, high };
}

function isPair(row: unknown): row is { chosen: unknown; rejected: unknown } {
  return row !== null && typeof row === "object" && "chosen" in row && "rejected" in row;
}

/** Every text of a row, without the roles of its messages. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "role" ? [] : textsIn(inner)));
}
