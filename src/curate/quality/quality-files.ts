import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { QualityOptions, QualityReason, QualityResult } from "../../domain/quality.ts";
import { namedFields } from "../named-fields.ts";
import { runStage } from "../pipeline/run-stage.ts";
import { qualityStage } from "./quality-stage.ts";
import { qualitySummary } from "./quality-summary.ts";
import type { Verdict } from "./verdict.ts";
import { readWordList } from "./word-list.ts";

/** What is judged, and where rows go. */
export type QualityRun = {
  options: QualityOptions;
  out?: string | undefined;
  dropped?: string | undefined;
  overwrite?: boolean | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Judges the rows of files by a profile: writes those that are kept, counts the others by reason, and says how various the
 * kept ones are. Memory: a shard of rows, and what the summary holds.
 *
 * @throws Failure where a file cannot be read, `out` is there already, or no row has the field that is named
 */
export async function qualityFiles(files: readonly string[], { options, ...run }: QualityRun): Promise<QualityResult> {
  const list = options.words === undefined ? undefined : await readWordList(options.words);
  const summary = qualitySummary(options.fields);
  const text = options.fields?.text;
  const named = namedFields(text === undefined ? [] : [text], { anyCase: true });
  const noted = new Map<QualityReason, number>();
  const { funnel } = await runStage(qualityStage, files, {
    ...run,
    options: { ...options, list },
    onEnd: () => void named.end(), // rows without the field are dropped for that, and so counted
    onResult: ({ rows }, { kept, notes }) => {
      for (const { fields } of rows) named.add(fields);
      summary.add(kept);
      const ids = new Set(kept.map(({ id }) => id));
      for (const { id, note } of notes) {
        if (!ids.has(id)) continue;
        for (const { reason } of note["quality"] as Verdict<QualityReason>[])
          noted.set(reason, (noted.get(reason) ?? 0) + 1);
      }
    },
  });
  return {
    profile: options.profile,
    out: run.out ?? null,
    noted: [...noted].map(([reason, rows]) => ({ reason, rows })).toSorted((a, b) => b.rows - a.rows),
    summary: summary.summary(),
    funnel,
  };
}
