import { formatMoney } from "../../base/money.ts";
import type { SyntheticMark } from "../../domain/synthesis-result.ts";
import type { LlmAnswer, LlmResult } from "../../llm/index.ts";
import { promptSha256, type ReadyModel } from "./ask-rows.ts";
import type { Candidate } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { isPaidFor, type Spend } from "./synthesis-cost.ts";

/** Rows as lines of JSONL, each with its provenance and cost. */
export function markedLines(
  kept: readonly Candidate[],
  answers: ReadonlyMap<string, LlmResult>,
  { loaded, model, spend }: { loaded: LoadedSynthesis; model: ReadyModel; spend: Spend },
): string[] {
  return kept.map((candidate) => {
    const { request, row } = candidate;
    const answer = answers.get(String(request.index)) as LlmResult & LlmAnswer;
    const synthetic = markOf(candidate, answer, { loaded, model, spend });
    const line = { id: row.id, ...row.fields, generated_by: model.endpoint.model, synthetic };
    return `${JSON.stringify(line)}\n`;
  });
}

function markOf(
  candidate: Candidate,
  answer: LlmAnswer,
  { loaded, model, spend }: { loaded: LoadedSynthesis; model: ReadyModel; spend: Spend },
): SyntheticMark {
  const { request, agreement } = candidate;
  const { recipe, rights } = loaded;
  const quote = quoteIn(candidate, loaded);
  const paid = spend.ofRequest(request.index) + spend.ofFurther(candidate) + spend.ofJudge(candidate);
  return {
    recipe: `${recipe.name}@${recipe.version}`,
    request: request.index,
    promptSha256: promptSha256(model.requestOf(request)),
    seed: request.seed,
    inputs: [...request.inputs],
    model: model.endpoint.model,
    servedModel:
      answer.servedModel === null ? null : [answer.servedModel, answer.fingerprint].filter(Boolean).join(" "),
    on: answer.on,
    terms: `${rights.verdict}: ${rights.detail}`,
    inputTokens: answer.usage.inputTokens,
    outputTokens: answer.usage.outputTokens,
    usd: isPaidFor(loaded, model) ? formatMoney(paid) : null,
    ...(quote === undefined ? {} : { quote }),
    ...(agreement === undefined ? {} : { agreement }),
  };
}

/** Position of a quote in its document: that in the passage plus the start of the passage. */
function quoteIn({ quote, request }: Candidate, { passages }: LoadedSynthesis): SyntheticMark["quote"] {
  const document = passages.get(request.inputs[0] ?? "");
  const from = document?.indexOf(request.slots["passage"] ?? "") ?? -1;
  return quote === undefined || from === -1 ? undefined : { start: from + quote.start, end: from + quote.end };
}
