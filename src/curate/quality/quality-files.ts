import { refuseOverwrite } from "../../base/atomic-file.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { JudgePlan } from "../../domain/judge.ts";
import type { QualityOptions, QualityReason, QualityResult } from "../../domain/quality.ts";
import type { JudgeSetup } from "../judge/judge-questions.ts";
import { namedFields } from "../pipeline/reading/named-fields.ts";
import { readShards } from "../pipeline/reading/read-shards.ts";
import { runStage } from "../pipeline/reading/run-stage.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import { judgeQuality, planQuality, type RowsOf } from "./judge-quality.ts";
import { qualityStage } from "./quality-stage.ts";
import { qualitySummary } from "./quality-summary.ts";
import type { Verdict } from "./verdict.ts";
import { readWordList } from "./word-list.ts";

/** Rows to judge, and output files. */
export type QualityRun = {
  options: QualityOptions;
  /** Options of the model judge, if there is one. */
  setup?: JudgeSetup | undefined;
  out?: string | undefined;
  dropped?: string | undefined;
  overwrite?: boolean | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Judges the rows of files by a profile: writes the kept rows, counts the others by reason, and reports the diversity
 * of the kept rows. Memory: a shard of rows, and the summary.
 *
 * @throws Failure if a file cannot be read, `out` already exists, or no row has a named field
 */
export async function qualityFiles(
  files: readonly string[],
  { options, setup, ...run }: QualityRun,
): Promise<QualityResult> {
  const list = options.words === undefined ? undefined : await readWordList(options.words);
  for (const path of [run.out, run.dropped]) if (path !== undefined) refuseOverwrite(path, run.overwrite ?? false);
  const { judge } = options;
  const judged =
    judge === undefined || setup === undefined
      ? undefined
      : await judgeQuality(rowsOf(files, run), { ...options, list, judge }, setup);
  const summary = qualitySummary(options.fields);
  const text = options.fields?.text;
  const named = namedFields(text === undefined ? [] : [text], { anyCase: true });
  const noted = new Map<QualityReason, number>();
  const { funnel } = await runStage(qualityStage, files, {
    ...run,
    options: { ...options, list, judged: judged?.judgements },
    onEnd: () => void named.end(), // rows without the field are dropped for that, and so counted
    onResult: ({ rows }, { kept, notes }) => {
      for (const { fields } of rows) named.add(fields);
      summary.add(kept);
      const ids = new Set(kept.map(({ id }) => id));
      for (const { id, note } of notes) {
        if (!ids.has(id)) continue;
        for (const { reason } of (note["quality"] ?? []) as Verdict<QualityReason>[])
          noted.set(reason, (noted.get(reason) ?? 0) + 1);
      }
    },
  });
  return {
    profile: options.profile,
    out: run.out ?? null,
    noted: [...noted].map(([reason, rows]) => ({ reason, rows })).toSorted((a, b) => b.rows - a.rows),
    summary: summary.summary(),
    judge: judged?.summary ?? null,
    funnel,
  };
}

/** Estimates the requests and cost of judging the rows of files; sends nothing. */
export async function planQualityFiles(
  files: readonly string[],
  { options, setup, ...run }: Pick<QualityRun, "options" | "delimiter"> & { setup: JudgeSetup },
): Promise<JudgePlan> {
  const list = options.words === undefined ? undefined : await readWordList(options.words);
  return planQuality(rowsOf(files, run), { ...options, list, judge: options.judge! }, setup);
}

function rowsOf(files: readonly string[], { delimiter }: Pick<QualityRun, "delimiter">): RowsOf {
  const names = sourceNames(files);
  return async function* () {
    const sources = files.map((path, index) => ({ path, source: names[index]!, delimiter }));
    for await (const { rows } of readShards(sources)) yield rows;
  };
}
