import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { endpointOf } from "../../../base/api-endpoint.ts";
import { isVerbatim, SHORTEST_ANSWER } from "../../../comply/verbatim.ts";
import { rowParts } from "../../../curate/duplicates/row-parts.ts";
import type { Memorisation, MemorisationRequest } from "../../../domain/memorisation.ts";
import { askMany, type LlmEndpoint, type LlmRequest } from "../../../llm/index.ts";
import { wilson } from "../../../statistics/interval.ts";

type Row = Readonly<Record<string, unknown>>;

/** A row of a sample with its number in the file, from 1. */
export type SampledRow = { row: number; fields: Row };

/** Maximum number of reproduced rows that are named. */
const NAMED = 10;

type Asked = { row: number; prompt: string; answer: string };

/**
 * Asks the serving endpoint for the answers to rows at temperature 0, and counts those that are reproduced verbatim: of
 * members, and as a control of rows that were not trained on.
 *
 * @throws Failure bad_input if no row has a prompt and a sufficiently long answer; outside if nothing answers
 */
export async function askVerbatim(
  context: Context,
  { members, others }: { members: readonly SampledRow[]; others: readonly SampledRow[] },
  request: MemorisationRequest & { endpoint: string },
): Promise<NonNullable<Memorisation["verbatim"]>> {
  const [first, second] = [askedRows(members), askedRows(others)];
  if (first.length === 0) {
    throw new Failure(
      "bad_input",
      `no row of ${request.members} has a prompt and an answer of ${SHORTEST_ANSWER} words`,
      {
        hint: "name chat rows, or rows with a prompt and a completion",
      },
    );
  }
  const { shown } = endpointOf({ url: request.endpoint, api: "chat" });
  const found = await answersTo(context, first, request);
  const control = await answersTo(context, second, request);
  return {
    endpoint: shown,
    members: countsOf(first, found),
    others: countsOf(second, control),
    rows: first
      .filter(({ row }) => found.get(row) === true)
      .slice(0, NAMED)
      .map(({ row }) => row),
  };
}

/** Rows with one prompt and a sufficiently long answer. */
function askedRows(rows: readonly SampledRow[]): Asked[] {
  return rows.flatMap(({ row, fields }) => {
    const parts = rowParts(fields);
    if (parts === undefined || "text" in parts || isVerbatim("", parts.answer) === null) return [];
    return [{ row, prompt: parts.prompt, answer: parts.answer }];
  });
}

/** Whether the answer was reproduced, by row; rows without an answer are absent. */
async function answersTo(
  { env, now, progress, untilInterrupted }: Context,
  asked: readonly Asked[],
  { endpoint: url, servedModel, apiKeyEnv, maxTokens }: MemorisationRequest & { endpoint: string },
): Promise<Map<number, boolean>> {
  const endpoint: LlmEndpoint = { url, model: servedModel, key: apiKeyEnv === undefined ? undefined : env[apiKeyEnv] };
  const requests = asked.map(({ row, prompt }): LlmRequest => ({ id: String(row), prompt, maxTokens, temperature: 0 }));
  const answers = new Map<number, boolean>();
  if (requests.length === 0) return answers;
  await untilInterrupted(async (signal) => {
    const asking = askMany({
      endpoint,
      requests,
      limits: { concurrency: 4, timeoutMs: 120_000 },
      price: { cost: undefined, source: "your own endpoint: not priced" },
      spendCapUsd: undefined,
      now,
      signal,
    });
    let ended = 0;
    for await (const result of asking) {
      progress("asking the endpoint", ++ended / requests.length);
      if ("error" in result) continue;
      const row = asked.find((candidate) => String(candidate.row) === result.id)!;
      answers.set(row.row, isVerbatim(result.text, row.answer) === true);
    }
    const { failure } = asking.totals();
    if (answers.size === 0) {
      throw new Failure("outside", `the endpoint returned no answer: ${failure ?? "no answer"}`, {
        hint: "check --endpoint and --served-model",
      });
    }
  });
  return answers;
}

function countsOf(asked: readonly Asked[], answers: ReadonlyMap<number, boolean>) {
  const verbatim = [...answers.values()].filter((is) => is).length;
  const ci95 = answers.size === 0 ? { low: 0, high: 1 } : wilson(verbatim, answers.size);
  return { asked: asked.length, answered: answers.size, verbatim, ci95 };
}
