import { existsSync } from "node:fs";

import { formatMoney, parseMoney } from "../base/money.ts";
import type { PaidCall } from "../domain/paid-calls.ts";
import { type JournalLine, readJournalLines } from "./answer-journal.ts";

/**
 * Paid calls in a file of answers, oldest first: answers, failed requests that were billed, and requests without a
 * response at their worst-case cost. The key of a call is the key of its question with a number, so it does not change
 * when the file grows. An endpoint id that occurs twice is not unique and is omitted.
 *
 * @throws Failure as `readJournal`
 */
export async function paidCalls(path: string): Promise<PaidCall[]> {
  if (!existsSync(path)) return [];
  const calls: PaidCall[] = [];
  const asked = new Map<string, { calls: number; open: string | undefined }>();
  const add = (key: string, usd: string, more: Details = {}): void => {
    const question = asked.get(key) ?? { calls: 0, open: undefined };
    question.calls += 1;
    question.open = undefined;
    asked.set(key, question);
    if (parseMoney(usd) > 0n)
      calls.push({ key: `${key}:${question.calls}`, usd: formatMoney(parseMoney(usd)), ...more });
  };
  await readJournalLines(path, (line: JournalLine) => {
    const { key, usd } = line;
    if (line.kind !== "asked") return add(key, usd, line.kind === "answer" ? detailsOf(line) : {});
    const open = asked.get(key)?.open;
    if (open !== undefined) add(key, open);
    asked.set(key, { calls: asked.get(key)?.calls ?? 0, open: usd });
  });
  for (const [key, { open }] of asked) if (open !== undefined) add(key, open);
  return withUniqueIds(calls);
}

type Details = Pick<PaidCall, "response" | "model" | "on">;

function detailsOf({ responseId, model, on }: Extract<JournalLine, { kind: "answer" }>): Details {
  return { ...(responseId === undefined ? {} : { response: responseId }), model: model.slice(0, 200), on };
}

function withUniqueIds(calls: readonly PaidCall[]): PaidCall[] {
  const seen = new Map<string, number>();
  for (const { response } of calls) if (response !== undefined) seen.set(response, (seen.get(response) ?? 0) + 1);
  return calls.map(({ response, ...call }) =>
    response === undefined || seen.get(response)! > 1 ? call : { ...call, response },
  );
}
