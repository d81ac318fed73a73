import { isoDay } from "../../base/clock.ts";
import { judgeEnding } from "../../curate/judge/judge-text.ts";
import { refusal } from "../../curate/quality/refusal.ts";
import { wordF1 } from "../../evaluate/score/text-match.ts";
import type { CheckCount } from "../../domain/synthesis-result.ts";
import type { LlmAnswer, LlmResult } from "../../llm/index.ts";
import type { Recipe } from "../../synthesize/recipe.ts";
import { ANSWER_CHECKS, type AnswerCheck, verifyAnswer } from "../../synthesize/verify-answer.ts";
import { checkAgreement } from "./agreement-check.ts";
import { type ReadyModel, type Stopped, stoppedBy } from "./ask-rows.ts";
import type { Candidate, CheckedRows, CheckOutcome, DroppedAnswer } from "./candidate.ts";
import { checkDuplicates } from "./duplicate-check.ts";
import { checkExecution } from "./execution-check.ts";
import { checkByJudge, type Judging } from "./judge-check.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { outputRights } from "./output-rights.ts";
import { checkShare, type TrainingRows } from "./synthetic-share.ts";
import { checkContamination, checkPersonalData, checkQuality } from "./row-checks.ts";

/** Number of characters kept of a dropped row. */
const SHOWN = 400;

/** Input of the checks. */
export type Checking = {
  loaded: LoadedSynthesis;
  model: ReadyModel;
  around: Judging;
  /** Rows of the programme's training files; undefined if it has none. */
  training: TrainingRows | undefined;
};

/** Checked rows, and the reason if additional requests or the judge ended early. */
export type Checked = CheckedRows & {
  stopped: Stopped | null;
  /** Rows for which additional answers were requested. */
  reached: Candidate[];
  /** Rows that the judge was asked about. */
  judged: Candidate[];
};

/**
 * Applies every check to the answers, cheap ones first, so that nobody pays for additional requests about a row that
 * fails another check. Every request is either kept or dropped with a reason.
 *
 * @param count requests from 0 up to this number are examined
 */
export async function checkRows(
  answers: ReadonlyMap<string, LlmResult>,
  count: number,
  { loaded, model, around, training }: Checking,
): Promise<Checked> {
  const record = recorder();
  let rows = await answeredRows(answers, count, { loaded, now: around.now(), record });
  const next = async (check: string, work: (rows: Candidate[]) => Promise<CheckOutcome>): Promise<void> => {
    around.onProgress(`checking: ${check}`, 0);
    const outcome = await work(rows);
    record.outcome(check, rows.length, outcome);
    rows = outcome.kept;
  };
  const { checks } = loaded.definition;
  await next("quality", (all) => checkQuality(all, checks));
  await next("personal-data", (all) => checkPersonalData(all, checks));
  await next("contamination", (all) => checkContamination(all, loaded));
  let compared: CheckedRows["compared"] = [];
  await next("duplicates", async (all) => {
    const outcome = await checkDuplicates(all, loaded);
    ({ compared } = outcome);
    return outcome;
  });
  if (checks.execution !== undefined) {
    await next("execution", (all) =>
      checkExecution(all, loaded, (fraction) => around.onProgress("running code", fraction)),
    );
  }
  let stopped: Stopped | null = null;
  const reached = checks.agreement === undefined ? [] : rows;
  if (checks.agreement !== undefined) {
    await next("agreement", async (all) => {
      const outcome = await checkAgreement(all, { loaded, model, around });
      stopped = stoppedBy(outcome, loaded.definition.endpoint.maxUsd);
      return outcome;
    });
  }
  let judge: CheckedRows["judge"] = null;
  const judged = checks.judge === undefined ? [] : rows;
  if (checks.judge !== undefined) {
    await next("judge", async (all) => {
      const outcome = await checkByJudge(all, loaded, around);
      judge = outcome.summary;
      const ending = judge === null ? undefined : judgeEnding(judge);
      if (ending !== undefined) stopped ??= { ...ending, message: `the judge: ${ending.message}` };
      return outcome;
    });
  }
  const { maxShare } = loaded.definition;
  if (maxShare !== undefined && training !== undefined) {
    await next("share", async (all) => checkShare(all, training, maxShare));
  }
  return { kept: rows, ...record.all(), judge, compared, stopped, reached, judged };
}

/** Rows from the answers that pass the checks of single answers. */
async function answeredRows(
  answers: ReadonlyMap<string, LlmResult>,
  count: number,
  { loaded, now, record }: { loaded: LoadedSynthesis; now: Date; record: Recorder },
): Promise<Candidate[]> {
  const { definition, recipe, name, draw } = loaded;
  const rights = new Map<string, string | undefined>();
  const forbidden = (model: string | null): string | undefined => {
    if (model === null) return undefined;
    if (!rights.has(model)) {
      const { verdict, detail } = outputRights(model, { ...definition, on: isoDay(now) });
      rights.set(model, verdict === "blocked" ? detail : undefined);
    }
    return rights.get(model);
  };
  const rows: Candidate[] = [];
  for (let index = 0; index < count; index++) {
    const result = answers.get(String(index));
    const dropped = (failed: Omit<DroppedAnswer, "request" | "text">, text = ""): void =>
      record.drop({ request: index, ...failed, text: text.slice(0, SHOWN) });
    if (result === undefined || "error" in result) {
      const { reason = "no-answer", message = "not asked" } = result?.error ?? {};
      dropped({ check: "answer", reason, detail: message });
      continue;
    }
    const terms = forbidden(result.servedModel);
    if (terms !== undefined) {
      dropped({ check: "terms", reason: "output-terms", detail: terms });
      continue;
    }
    const request = draw(index);
    const verified = verifyAnswer({ reply: replyOf(result), request, recipe }, { refusal, similarity: wordF1 });
    if ("check" in verified) {
      dropped(verified, result.text);
      continue;
    }
    const row = { id: `${name}-${index}`, source: name, line: index + 1, fields: verified.fields };
    rows.push({ request, row, slots: verified.slots, quote: verified.quote });
  }
  record.settle(["answer", "terms", ...ANSWER_CHECKS.filter((check) => applies(check, recipe))], count);
  return rows;
}

function replyOf({ text, isRefusal, isCutOff }: LlmAnswer): { text: string; isRefusal: boolean; isCutOff: boolean } {
  return { text, isRefusal, isCutOff };
}

/** Whether a recipe uses a check; others are not shown. */
function applies(check: AnswerCheck, { quotes, standsAlone, keeps, differs }: Recipe): boolean {
  const needed: Partial<Record<AnswerCheck, unknown>> = {
    grounding: quotes,
    standalone: standsAlone,
    "kept-facts": keeps ?? standsAlone,
    "same-answer": differs,
  };
  return !(check in needed) || needed[check] !== undefined;
}

type Recorder = ReturnType<typeof recorder>;

/** Counts the rows that checks drop. */
function recorder(): {
  drop: (answer: DroppedAnswer) => void;
  /** Counts the checks of single answers; the input of each is what the previous one kept. */
  settle: (names: readonly string[], count: number) => void;
  outcome: (check: string, rowsIn: number, outcome: CheckOutcome) => void;
  all: () => Pick<CheckedRows, "dropped" | "checks">;
} {
  const dropped: DroppedAnswer[] = [];
  const checks: CheckCount[] = [];
  const countsOf = (drops: readonly DroppedAnswer[]): CheckCount["dropped"] => {
    const byReason = new Map<string, DroppedAnswer[]>();
    for (const drop of drops) {
      const known = byReason.get(drop.reason);
      if (known === undefined) byReason.set(drop.reason, [drop]);
      else known.push(drop);
    }
    return [...byReason]
      .map(([reason, all]) => ({ reason, rows: all.length, example: all[0]!.detail }))
      .toSorted((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  };
  return {
    drop: (answer) => void dropped.push(answer),
    settle: (names, count) => {
      let left = count;
      for (const name of names) {
        const own = dropped.filter(({ check }) => check === name);
        checks.push({ check: name, rowsIn: left, rowsKept: left - own.length, dropped: countsOf(own) });
        left -= own.length;
      }
    },
    outcome: (check, rowsIn, outcome) => {
      const own = outcome.dropped.map(({ candidate, reason, detail }): DroppedAnswer => {
        const isHidden = reason === "personal-data"; // the file of dropped rows would contain it
        const text = isHidden ? "" : JSON.stringify(candidate.row.fields).slice(0, SHOWN);
        return { request: candidate.request.index, check, reason, detail, text };
      });
      dropped.push(...own);
      checks.push({ check, rowsIn, rowsKept: outcome.kept.length, dropped: countsOf(own) });
    },
    all: () => ({ dropped: dropped.toSorted((a, b) => a.request - b.request), checks }),
  };
}
