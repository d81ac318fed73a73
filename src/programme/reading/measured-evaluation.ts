import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { formatMoney, parseMoney } from "../../base/money.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { MeasuredEvaluation } from "../../domain/measured-evaluation.ts";

/** Folder of the evaluations of a programme. */
const EVALUATIONS = "evaluations";

/**
 * Cost of the last complete evaluation with a paid endpoint; undefined if there is none. An unreadable result is
 * ignored; `eval report` explains it.
 */
export async function measuredEvaluation(dir: string): Promise<MeasuredEvaluation | undefined> {
  const folder = join(dir, EVALUATIONS);
  if (!existsSync(folder)) return undefined;
  const names = (await readdir(folder)).filter((name) => existsSync(join(folder, name, "result.json"))).toSorted();
  const results = await Promise.all(names.map((name) => resultIn(join(folder, name, "result.json"))));
  return results
    .flatMap((result) => (result === undefined || !result.isComplete ? [] : (measuredIn(result) ?? [])))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.measured.id < b.measured.id ? -1 : 1))
    .at(-1)?.measured;
}

async function resultIn(path: string): Promise<EvaluationResult | undefined> {
  try {
    return EvaluationResult.safeParse(parseJson(await readText(path), path)).data;
  } catch {
    return undefined;
  }
}

function measuredIn(result: EvaluationResult): { at: string; measured: MeasuredEvaluation } | undefined {
  const { id, finishedAt, items, cost, judged, embeddings } = result;
  const paid = [
    cost.usd,
    ...judged.flatMap(({ judges }) => judges.map((judge) => judge.cost.usd)),
    ...embeddings.map(({ usd }) => usd),
  ].filter((usd) => usd !== null);
  const pico = paid.reduce((sum, usd) => sum + parseMoney(usd), 0n);
  if (pico === 0n) return undefined;
  return { at: finishedAt, measured: { id, on: finishedAt.slice(0, 10), usd: formatMoney(pico), items } };
}
