import { join } from "node:path";

import { namingFile } from "../../base/failure.ts";
import { judgeQuality } from "../../curate/quality/judge-quality.ts";
import { qualityQuestion } from "../../curate/quality/quality-prompt.ts";
import { qualityStage } from "../../curate/quality/quality-stage.ts";
import type { JudgePlan, JudgeSummary } from "../../domain/judge.ts";
import { QualityOptions } from "../../domain/quality.ts";
import { judgeSetup } from "../data-run/judge-setup.ts";
import type { Asking } from "./ask-rows.ts";
import { type Candidate, type CheckOutcome, parted } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { synthesisFile } from "./read-synthesis.ts";

/** Context for asking a judge. */
export type Judging = Asking & {
  env: Readonly<Record<string, string | undefined>>;
  agreeToJudge: (plan: JudgePlan) => Promise<boolean>;
};

/**
 * Asks a model to score the rows, and drops those below the threshold, and those that it did not score: nobody knows
 * whether they reach it. Without a threshold all rows are kept, and those without a score are counted.
 */
export async function checkByJudge(
  candidates: readonly Candidate[],
  loaded: LoadedSynthesis,
  around: Judging,
): Promise<CheckOutcome & { summary: JudgeSummary | null }> {
  const { judge, allow } = loaded.definition.checks;
  if (judge === undefined || candidates.length === 0) return { kept: [...candidates], dropped: [], summary: null };
  const rows = candidates.map(({ row }) => row);
  const options = { ...QualityOptions.parse({ profile: "instruct", allow }), judge };
  const surroundings = {
    dir: loaded.dir,
    env: around.env,
    now: around.now,
    untilInterrupted: around.untilInterrupted,
    agree: around.agreeToJudge,
    onProgress: (fraction: number) => around.onProgress("asking the judge", fraction),
  };
  const setup = await namingFile(synthesisFile(loaded.name), () => judgeSetup(judge, surroundings));
  const journal = join(loaded.dir, loaded.folder.judged);
  const all = async function* () {
    yield rows;
  };
  const { judgements, summary } = await judgeQuality(all, options, { ...setup, journal });
  const { dropped } = await qualityStage.run(rows, { ...options, judged: judgements });
  const reasons = new Map(dropped.map(({ row, reason, detail = "" }) => [row.id, { reason, detail }]));
  if (judge.min !== undefined) {
    for (const { id, fields } of rows) {
      const verdict = judgements.get(qualityQuestion(fields, undefined, judge)?.key ?? "");
      if (verdict === undefined || !("unjudged" in verdict) || reasons.has(id)) continue;
      reasons.set(id, { reason: "not-judged", detail: `the judge gave no score: ${verdict.unjudged}` });
    }
  }
  return { ...parted(candidates, ({ row }) => reasons.get(row.id)), summary };
}
