import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "../../launch/engines/engine.ts";
import { ladderStep } from "../../launch/supervise/memory-ladder.ts";
import type { JobRow } from "./job-rows.ts";

/** Model and files from which a job is rendered. Paths are absolute. */
export const RenderInputs = z.object({
  modelDir: z.string(),
  datasetFiles: z.array(z.string()),
  evaluationFiles: z.array(z.string()).optional(),
  rewardFile: z.string().optional(),
});
export type RenderInputs = z.infer<typeof RenderInputs>;

/** The run of a job for its next attempt, and the changes. */
export type Relaxed = { spec: TrainingFile; what: string };

/**
 * Renders a job that ran out of memory so that it needs less; undefined if there is nothing left to try. It starts from
 * scratch, because a checkpoint restores the batch of the run that wrote it. The output of the failed attempt is kept
 * next to `out`. Can be repeated: it depends only on the stored run.
 *
 * @source unsloth issue 2802: the batch size of a checkpoint replaces that of the configuration
 */
export async function relaxMemory(
  job: JobRow,
  spec: TrainingFile,
  { engine, attempt }: { engine: Engine; attempt: number },
): Promise<Relaxed | undefined> {
  const step = ladderStep(spec);
  if (step === undefined || job.rendered_from === null) return undefined;
  const relaxed = { ...spec, ...step.fields };
  const inputs = RenderInputs.parse(JSON.parse(job.rendered_from));
  const config = engine.render({ spec: relaxed, ...inputs });
  await atomicWrite(join(job.folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  await engine.copyLauncher(job.folder, config);
  const out = join(job.folder, "out");
  if (existsSync(out)) await rename(out, `${out}-of-attempt-${attempt}`);
  return { spec: relaxed, what: step.what };
}
