import { existsSync } from "node:fs";

import { formatMoney, parseMoney } from "../../../base/money.ts";
import { loadTokenCounter } from "../../../curate/tokens/token-counter.ts";
import type { JudgeAskPlan } from "../../../domain/evaluation-run.ts";
import { casePrompts } from "../../../evaluate/judge/judge-prompt.ts";
import { promptAsText } from "../../../evaluate/run/fill-prompt.ts";
import { readJournal } from "../../../llm/answer-journal.ts";
import type { PromptedItem } from "../load-items.ts";
import type { ReadyJudge } from "./ask-judge.ts";
import type { ReadyPanel } from "./ready-panels.ts";

/** Assumed number of characters of a missing answer, per token that it may have. */
const FILLER = "word ";

/**
 * Upper bound of the cost of judging: missing answers count with their maximum length. Nothing is sent.
 *
 * @param answers  answers that each panel judges: items, samples and targets
 */
export async function planJudges(
  panels: readonly ReadyPanel[],
  {
    items,
    samples,
    targets,
    maxTokens,
  }: { items: readonly PromptedItem[]; samples: number; targets: readonly string[]; maxTokens: number },
): Promise<JudgeAskPlan[]> {
  const counter = await loadTokenCounter();
  const filler = FILLER.repeat(maxTokens);
  const byJudge = new Map<string, { ready: ReadyJudge; inputs: number[]; items: number }>();
  for (const { scorer, prompt, judges, labels } of panels) {
    const judged = targets.filter((target) => target !== scorer.against).length * samples;
    const tokensOf = (question: string, answer: string, reference: string): number[] =>
      casePrompts(prompt.prompt, { question, answer, reference }).map((turns) => counter.count(promptAsText(turns)));
    const checked = labels.flatMap(({ question, answer, reference = "" }) => tokensOf(question, answer, reference));
    const empty = items.map(({ promptText, later }) => tokensOf(promptText + filler.repeat(later.length), "", ""));
    const answer = counter.count(filler) * (prompt.prompt.mode === "rubric" ? 1 : 2);
    const asked = empty.flatMap((list) =>
      list.flatMap((count) => Array.from({ length: judged }, () => count + answer)),
    );
    for (const ready of judges) {
      const entry = byJudge.get(ready.name) ?? { ready, inputs: [], items: 0 };
      entry.inputs.push(...checked, ...asked);
      byJudge.set(ready.name, entry);
    }
  }
  return Promise.all(
    [...byJudge.values()].map(async ({ ready, inputs }) => planOf(ready, { inputs, items: items.length })),
  );
}

async function planOf(
  { name, judge, price, journal, shown, isLoopback }: ReadyJudge,
  { inputs, items }: { inputs: readonly number[]; items: number },
): Promise<JudgeAskPlan> {
  const kept = existsSync(journal) ? await readJournal(journal) : undefined;
  const spent = kept?.totalPico() ?? 0n;
  await kept?.close();
  const isPaid = price.cost !== undefined;
  const most = inputs.reduce((sum, input) => sum + (price.cost?.({ input, output: judge.maxTokens }) ?? 0n), 0n);
  const left = parseMoney(judge.maxUsd) - spent;
  const perItem = most / BigInt(Math.max(1, items));
  return {
    judge: name,
    endpoint: shown,
    isThisMachine: isLoopback,
    requests: inputs.length,
    inputTokens: inputs.reduce((sum, count) => sum + count, 0),
    mostUsd: isPaid ? formatMoney(most) : null,
    spentUsd: isPaid ? formatMoney(spent) : null,
    maxUsd: isPaid ? judge.maxUsd : null,
    affordableItems: !isPaid || perItem === 0n ? null : Number(left > 0n ? left / perItem : 0n),
    price: price.source,
  };
}
