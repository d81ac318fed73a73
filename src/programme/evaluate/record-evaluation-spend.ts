import { existsSync } from "node:fs";

import type { Clock } from "../../base/clock.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import {
  type EvaluationPaid,
  type EvaluationPosted,
  EvaluationSpend,
  EvaluationSpent,
} from "../../domain/evaluation-spend.ts";
import { readJournal } from "../../llm/answer-journal.ts";
import type { Store } from "../../store/open-store.ts";
import { postPaid } from "../money/post-paid.ts";
import { answerFromState } from "../state/with-state.ts";
import type { ReadyJudge } from "./judges/ask-judge.ts";

/** Posts the cost of an evaluation to the ledger, one line per target and judge, as far as it was not posted yet. */
export async function recordEvaluationSpend(store: Store, spend: EvaluationSpend, now: Date): Promise<EvaluationSpent> {
  const { evaluation, lines } = EvaluationSpend.parse(spend);
  const posted: EvaluationPosted[] = [];
  for (const { part, name, model, totalUsd } of lines) {
    const purpose = `evaluation/${evaluation}/${part}/${name}`;
    const memo = `evaluation ${evaluation}, ${part} ${name}, ${model}`;
    const key = `evaluation:${evaluation}:${part}:${name}`;
    const { addedUsd, ...total } = await postPaid(store, { purpose, activity: "evaluation", memo, totalUsd, key }, now);
    posted.push({ part, name, addedUsd, totalUsd: total.totalUsd });
  }
  return { lines: posted };
}

/**
 * Posts the cost of a run, if there is any: to the server that owns the folder, or to its database.
 *
 * @returns null if nobody was paid
 */
export async function postEvaluationSpend(
  {
    dir,
    evaluation,
    results,
    judges,
  }: {
    dir: string;
    evaluation: string;
    results: readonly EvaluationResult[];
    judges: readonly ReadyJudge[];
  },
  { env, now }: { env: Readonly<Record<string, string | undefined>>; now: Clock },
): Promise<EvaluationPosted[] | null> {
  const lines = [...results.flatMap(targetLines), ...(await judgeLines(judges))].filter(
    ({ totalUsd }) => parseMoney(totalUsd) > 0n,
  );
  if (lines.length === 0) return null;
  const spend: EvaluationSpend = { evaluation, lines };
  const spent = await answerFromState(
    { programmeDir: dir, env, now },
    {
      local: (store) => recordEvaluationSpend(store, spend, now()),
      path: "/evaluation-spend",
      body: spend,
      creates: true,
      output: EvaluationSpent,
    },
  );
  return spent.lines;
}

function targetLines({ id, model, target, cost, embeddings }: EvaluationResult): EvaluationPaid[] {
  const answers =
    cost.usd === null ? [] : [{ part: "target" as const, name: id, model: model ?? target, totalUsd: cost.usd }];
  const vectors = embeddings.flatMap(({ scorer, source, usd }) =>
    usd === null ? [] : [{ part: "vectors" as const, name: `${id}.${scorer}`, model: source, totalUsd: usd }],
  );
  return [...answers, ...vectors];
}

async function judgeLines(judges: readonly ReadyJudge[]): Promise<EvaluationPaid[]> {
  const lines: EvaluationPaid[] = [];
  for (const { name, judge, price, journal } of new Map(judges.map((entry) => [entry.name, entry])).values()) {
    if (price.cost === undefined || !existsSync(journal)) continue;
    const kept = await readJournal(journal);
    lines.push({ part: "judge", name, model: judge.model, totalUsd: formatMoney(kept.totalPico()) });
    await kept.close();
  }
  return lines;
}
