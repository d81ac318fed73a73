import { join } from "node:path";

import { Failure, namingFile } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { amount } from "../../base/words.ts";
import { judgeQuality } from "../../curate/quality/judge-quality.ts";
import { qualityQuestion } from "../../curate/quality/quality-prompt.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";
import type { CuratedRow } from "../../curate/stage.ts";
import type { JudgeCheck } from "../../domain/judge-check.ts";
import { QualityOptions } from "../../domain/quality.ts";
import { checkJudge } from "../../evaluate/judge/check-judge.ts";
import type { JudgedRow } from "../../evaluate/judge/judged-row.ts";
import { judgeSetup } from "../data-run/judge-setup.ts";
import type { Judging } from "./judge-check.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { synthesisFile } from "./read-synthesis.ts";

/**
 * Checks the judge of a synthesis against human labels before rows are requested: it scores labelled rows, and is
 * admitted if its verdicts ("at least `min`") agree with them to the thresholds of `eval judge check`. A judge that
 * drops nothing needs no admission.
 *
 * @returns the measurements; null if no judge drops rows
 * @throws Failure bad_input if a judge drops rows and there are no labels; check_failed if it is not admitted
 */
export async function admitJudge(loaded: LoadedSynthesis, around: Judging): Promise<JudgeCheck | null> {
  const { judge, judgeLabels, allow } = loaded.definition.checks;
  if (judge?.min === undefined) return null;
  const { min } = judge;
  if (judgeLabels === undefined) {
    throw new Failure("bad_input", `${synthesisFile(loaded.name)}: checks.judge drops rows, but was not checked`, {
      hint: "name rows that people labelled in checks.judgeLabels, or omit min: rows are then scored and none is dropped",
    });
  }
  const { file, field, positive, thresholds } = judgeLabels;
  const rows: CuratedRow[] = [];
  const labels = new Map<string, string>();
  for await (const fields of readWholeRows(await loaded.pathOf(file), file)) {
    const { [field]: label, ...rest } = fields;
    if (typeof label !== "string" || label === "") continue;
    const id = sha256(JSON.stringify([rows.length, rest])).slice(0, 24);
    labels.set(id, positive.includes(label) ? GOOD : POOR);
    rows.push({ id, source: file, line: rows.length + 1, fields: rest });
  }
  const options = { ...QualityOptions.parse({ profile: "instruct", allow }), judge: { ...judge, sample: undefined } };
  const setup = await namingFile(synthesisFile(loaded.name), () =>
    judgeSetup(judge, {
      dir: loaded.dir,
      env: around.env,
      now: around.now,
      untilInterrupted: around.untilInterrupted,
      agree: around.agreeToJudge,
      onProgress: (fraction: number) => around.onProgress("checking the judge", fraction),
    }),
  );
  const all = async function* (): AsyncGenerator<CuratedRow[]> {
    yield rows;
  };
  const journal = join(loaded.dir, loaded.folder.judged);
  const { judgements } = await judgeQuality(all, options, { ...setup, journal });
  const judged = rows.flatMap((row): JudgedRow[] => {
    const verdict = judgements.get(qualityQuestion(row.fields, undefined, judge)?.key ?? "");
    if (verdict === undefined) return []; // a rule dropped it: the judge never sees such rows
    const said = "value" in verdict ? (verdict.value >= min ? GOOD : POOR) : "";
    return [{ human: labels.get(row.id), judge: said }];
  });
  const check = { file, ...checkJudge(judged, { positive: [GOOD], thresholds, labelsFrom: "elsewhere" }) };
  if (check.admitted) return check;
  throw new Failure("check_failed", `the judge ${judge.model} is not admitted: ${check.reasons.join("; ")}`, {
    hint: `label more rows of ${file}, use another judge, or omit checks.judge.min${capNote(judge.maxUsd)}`,
  });
}

const [GOOD, POOR] = ["good", "poor"];

function capNote(maxUsd: string): string {
  return `; its cap of ${amount(maxUsd)} USD covers these rows too`;
}
