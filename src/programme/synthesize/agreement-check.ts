import { refusal } from "../../curate/quality/refusal.ts";
import { wordF1 } from "../../evaluate/score/text-match.ts";
import type { AskTotals, LlmRequest } from "../../llm/index.ts";
import { fillSlots } from "../../synthesize/fill-slots.ts";
import { parted, type Candidate, type CheckOutcome } from "./candidate.ts";
import { type Asking, askRows, promptOf, type ReadyModel } from "./ask-rows.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Distance between the seeds of additional answers to one question, so that they differ from any row's own seed. */
const SEED_STEP = 1_000_003;

/** The requests for additional answers to the question of a row; none if not requested. */
export function furtherRequests(
  { request, slots }: Pick<Candidate, "request" | "slots">,
  { definition, recipe }: Pick<LoadedSynthesis, "definition" | "recipe">,
): LlmRequest[] {
  const { checks, sampling } = definition;
  if (checks.agreement === undefined || recipe.askAgain === undefined) return [];
  const prompt = promptOf("", fillSlots(recipe.askAgain.ask, slots));
  return Array.from({ length: checks.agreement.samples }, (_, sample) => ({
    id: `${request.index}.${sample}`,
    prompt,
    maxTokens: sampling.maxTokens,
    temperature: sampling.temperature,
    seed: request.seed + SEED_STEP * (sample + 1),
    ...(sampling.topP === undefined ? {} : { extra: { top_p: sampling.topP } }),
  }));
}

/**
 * Asks the question of each row again, and drops rows whose answer agrees with too few of the additional answers. A row
 * for which this could not be done is dropped as well, because its agreement is unknown.
 *
 * @source Wang et al. 2022, Self-Consistency, arXiv:2203.11171: answers that samples agree on are right more often
 */
export async function checkAgreement(
  candidates: readonly Candidate[],
  { loaded, model, around }: { loaded: LoadedSynthesis; model: ReadyModel; around: Asking },
): Promise<CheckOutcome & Pick<AskTotals, "stopped" | "failure">> {
  const { agreement } = loaded.definition.checks;
  const part = loaded.recipe.askAgain?.part;
  if (agreement === undefined || part === undefined || candidates.length === 0) {
    return { kept: [...candidates], dropped: [], stopped: null, failure: null };
  }
  const requests = candidates.flatMap((candidate) => furtherRequests(candidate, loaded));
  const stated = loaded.definition.endpoint;
  const { results, totals } = await askRows(model, requests, {
    count: requests.length,
    stated,
    step: "asking again",
    around,
  });
  const scored = candidates.map((candidate) => {
    const said = furtherRequests(candidate, loaded).flatMap(({ id }) => {
      const result = results.get(id);
      return result === undefined || "error" in result ? [] : [result];
    });
    const agreeing = said.filter(
      ({ text, isRefusal }) =>
        !isRefusal && refusal(text, "") === undefined && wordF1(text, candidate.slots[part]!) >= agreement.minF1,
    );
    return { ...candidate, agreement: said.length === 0 ? undefined : agreeing.length / said.length };
  });
  const outcome = parted(scored, ({ agreement: share }) => {
    if (share === undefined) return { reason: "not-asked-again", detail: "there is no second answer" };
    if (share >= agreement.minShare) return undefined;
    const detail = `${Math.round(share * 100)} % of the additional answers agree, limit ${agreement.minShare * 100} %`;
    return { reason: "no-agreement", detail };
  });
  return { ...outcome, stopped: totals.stopped, failure: totals.failure };
}
