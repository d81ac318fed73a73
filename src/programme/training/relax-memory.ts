import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "../../launch/engines/engine.ts";
import { ladderStep } from "../../launch/supervise/memory-ladder.ts";
import type { JobRow } from "./job-rows.ts";

/** Model and files that a job is rendered from. Paths are absolute. */
export const RenderInputs = z.object({
  modelDir: z.string(),
  datasetFiles: z.array(z.string()),
  evaluationFiles: z.array(z.string()).optional(),
  rewardFile: z.string().optional(),
});
export type RenderInputs = z.infer<typeof RenderInputs>;

/** The run of a job as it is tried next, and what was changed. */
export type Relaxed = { spec: TrainingFile; what: string };

/**
 * Renders a job that ran out of memory so that it needs less; undefined if nothing is left to try. It begins anew: a
 * checkpoint brings the batch of the run that wrote it with it. What the attempt wrote is kept next to `out`. May be
 * done twice: it follows from the stored run alone.
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
