import { existsSync } from "node:fs";

import { formatMoney } from "../../base/money.ts";
import type { EmbeddingUse } from "../../domain/evaluation-result.ts";
import { readJournal, readJournalLines } from "../../llm/answer-journal.ts";

/** Requests, tokens and price of vectors. */
type Spend = Pick<EmbeddingUse, "requests" | "inputTokens" | "usd">;

/**
 * Cost of the vectors of an evaluation by model, from its file of paid vectors: also those of earlier runs of the same
 * evaluation, which no later run requests.
 */
export async function vectorSpend(path: string): Promise<Map<string, Spend>> {
  const spent = new Map<string, Spend>();
  if (!existsSync(path)) return spent;
  const journal = await readJournal(path);
  const modelOf = new Map<string, string>();
  await readJournalLines(path, (line) => {
    if (line.kind !== "answer") return;
    modelOf.set(line.key, line.model);
    const { requests, inputTokens } = spent.get(line.model) ?? { requests: 0, inputTokens: 0 };
    spent.set(line.model, { requests: requests + 1, inputTokens: inputTokens + line.input, usd: null });
  });
  const pico = new Map<string, bigint>();
  for (const [key, model] of modelOf) pico.set(model, (pico.get(model) ?? 0n) + journal.spentPico(key));
  const [first] = pico.keys();
  const unanswered = journal.totalPico() - [...pico.values()].reduce((sum, part) => sum + part, 0n);
  if (first !== undefined) pico.set(first, pico.get(first)! + unanswered);
  for (const [model, use] of spent) spent.set(model, { ...use, usd: formatMoney(pico.get(model) ?? 0n) });
  return spent;
}
