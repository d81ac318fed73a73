import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { shownPath } from "../reading/shown-path.ts";
import { planQualityFiles, qualityFiles } from "../../curate/quality/quality-files.ts";
import type { JudgePlan } from "../../domain/judge.ts";
import type { QualityOptions, QualityResult } from "../../domain/quality.ts";
import type { QualityRequest } from "../../domain/quality-request.ts";
import type { Stated } from "../../domain/run-request.ts";
import { inspectedFiles } from "../data/inspected-files.ts";
import { withMaskedSamples } from "./masked-samples.ts";
import { judgeOf, judgeSetupOf } from "../data-run/stated-judge.ts";

/**
 * Finds rows that are worth training on, and writes them if a file is named.
 *
 * @returns with `judgeDryRun`, the questions for a model
 */
export async function judgeQuality(
  context: Context,
  { request, stated }: Stated<QualityRequest>,
): Promise<{ result: QualityResult } | { plan: JudgePlan }> {
  const { out, dropped, delimiter } = request;
  const here = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(context.cwd, path);
  const options = optionsOf(context.cwd, { request, stated });
  const named = await inspectedFiles(request.file, { cwd: context.cwd, hubCache: undefined });
  const files = named.map(({ path }) => resolve(context.cwd, path));
  if (request.judgeDryRun) {
    const setup = await judgeSetupOf(context, options.judge!);
    return { plan: await planQualityFiles(files, { options, delimiter, setup }) };
  }
  const targets = [here(out), here(dropped)].filter((path) => path !== undefined && existsSync(path));
  const overwrite = targets.length > 0 && (await context.confirm(`Replace ${targets.join(" and ")}?`));
  const found = await qualityFiles(files, {
    options,
    setup: options.judge === undefined ? undefined : await judgeSetupOf(context, options.judge),
    out: here(out),
    dropped: here(dropped),
    overwrite,
    delimiter,
    onProgress: (fraction) => context.progress("judging rows", fraction),
  });
  const judge = found.judge === null ? null : { ...found.judge, answers: shownPath(found.judge.answers, context.cwd) };
  return { result: { ...(await withMaskedSamples(found)), judge, out: out ?? null } };
}

/** The stage options named in a request. */
function optionsOf(cwd: string, { request, stated }: Stated<QualityRequest>): QualityOptions {
  const { words, textField, profile, allow, minAnswerCharacters, maxCharacters } = request;
  const endpoint = judgeOf(request, stated);
  return {
    profile,
    allow,
    minAnswerCharacters,
    maxCharacters,
    words: words === undefined ? undefined : resolve(cwd, words),
    fields: textField === undefined ? undefined : { text: textField },
    judge: endpoint && { ...endpoint, min: request.judgeMin, sample: request.judgeSample, seed: request.judgeSeed },
  };
}
