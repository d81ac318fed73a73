import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { shownPath } from "../reading/shown-path.ts";
import { estimateText } from "../../curate/pipeline/pipeline-text.ts";
import { SHARD_SIZE } from "../../curate/pipeline/reading/stage-shards.ts";
import type { PipelineRun } from "../../domain/data-pipeline.ts";
import type { DataRunRequest } from "../../domain/data-run-request.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { dataRun } from "./data-run.ts";
import { agreeToJudge } from "./stated-judge.ts";

/**
 * Runs the pipeline of a programme for a user: reports the expected resources, and asks before it overwrites, drops or
 * spends. Paths in the result are relative to the folder of the context.
 *
 * @throws Failure as `dataRun`
 */
export async function runProgrammeData(
  context: Context,
  { dir, out, shardRows, ...options }: DataRunRequest,
): Promise<PipelineRun> {
  const { cwd, env, now, note, progress, confirm, untilInterrupted } = context;
  const run = await dataRun(resolve(cwd, dir), {
    ...options,
    judge: { env, untilInterrupted, agree: (plan) => agreeToJudge(context, plan) },
    shardSize: { ...SHARD_SIZE, rows: shardRows },
    out: out === undefined ? undefined : resolve(cwd, out),
    mayReplace: (path, standing) => {
      const what =
        standing === "changed" ? "was changed since this pipeline wrote it" : "was not written by this pipeline";
      return confirm(`${shownPath(path, cwd)} ${what}. Replace it?`);
    },
    mayGoOn: (place, { detail }) => confirm(`${place}: ${detail}. Continue?`),
    rayAddress: env["RAY_API_SERVER_ADDRESS"],
    hubCache: hubCacheOf(env),
    now,
    onEstimate: (estimate) => {
      note(estimateText(estimate));
      if (estimate.diskBytes > estimate.freeDiskBytes)
        note("warning: the output of the stages may not fit on the disk");
    },
    onProgress: (stage, fraction) => progress(stage, fraction),
  });
  for (const warning of run.warnings) note(`warning: ${warning}`);
  return shownRun(run, cwd, dir);
}

/** A run with displayed paths, relative to a folder. */
function shownRun(run: PipelineRun, cwd: string, dir: string): PipelineRun {
  const { method, tokenizer } = run.tokens;
  return {
    ...run,
    dir,
    tokens: { ...run.tokens, tokenizer: method === "tokenizer" ? shownPath(tokenizer, cwd) : tokenizer },
    judged: run.judged.map((judged) => ({ ...judged, answers: shownPath(judged.answers, cwd) })),
    parts: run.parts.map((part) => ({ ...part, path: shownPath(part.path, cwd) })),
    out: run.out === null ? null : shownPath(run.out, cwd),
  };
}
