import type { RowText } from "../check/row-text.ts";
import type { ServeRun } from "../serve/serve-run.ts";

/** Additions to the plain model: drafts, and unmerged adapters. */
export type ServingExtras = Pick<ServeRun, "adapters" | "speculation">;

const SPECULATION =
  /(?<!\b(?:no|without|disabled?) )\b(?:speculat\w*|eagle-?\d?|medusa|mtp|draft[- ]model|n-?gram draft)/i;
const DRAFT_TOKENS = /(?:num[-_ ])?(?:speculative|draft)[-_ ](?:tokens|length|steps)[ =:]*(\d+)|(\d+) draft tokens/i;

/**
 * Mean tokens of a step including accepted drafts, as engines log it: `mean acceptance length 2.4`; or only the
 * accepted ones.
 */
const ACCEPTANCE_LENGTH = /accept(?:ance|ed)[-_ ]length[ =:]*(\d+\.?\d*)/i;
const ACCEPTED = /(\d+\.?\d*) accepted(?: tokens)?(?: per|\/) ?step|accepted[-_ ]per[-_ ]step[ =:]*(\d+\.?\d*)/i;

const ADAPTERS =
  /(\d+) (?:un-?merged )?(?:lora )?adapters?\b|(?:max[-_]loras?|num[-_ ](?:lora[-_ ])?adapters)[ =:]*(\d+)/i;
const RANK = /(?:rank|lora[-_ ]r(?:ank)?)[ =:-]*(\d+)|\br ?=? ?(\d+)\b/i;

/** Default rank of adapters: PEFT's is 8 and vLLM's 16. */
const USUAL_RANK = 16;

/**
 * Drafts and adapters of a row, or the reason why they are unknown. Without a measured acceptance, drafts have no
 * estimate.
 */
export function servingExtras(text: RowText): ServingExtras | { refused: string } {
  const words = `${text("engine")}; ${text("extra_facts")}`;
  const adapters = adaptersOf(words);
  if (!SPECULATION.test(words)) return { adapters };
  const length = Number(ACCEPTANCE_LENGTH.exec(words)?.[1]);
  const alone = ACCEPTED.exec(words);
  const acceptedPerStep = length >= 1 ? length - 1 : Number(alone?.[1] ?? alone?.[2]);
  if (!(acceptedPerStep >= 0)) return { refused: "speculative decoding whose accepted tokens per step are not stated" };
  const drafts = DRAFT_TOKENS.exec(words);
  const draftTokens = Math.max(Math.ceil(acceptedPerStep), Number(drafts?.[1] ?? drafts?.[2] ?? 0));
  return { adapters, speculation: { draftTokens, acceptedPerStep } };
}

function adaptersOf(words: string): ServeRun["adapters"] {
  const found = ADAPTERS.exec(words);
  const count = Number(found?.[1] ?? found?.[2] ?? (/\blora\b/i.test(words) && !/merged/i.test(words) ? 1 : 0));
  const rank = RANK.exec(words);
  return { count, rank: count === 0 ? 0 : Number(rank?.[1] ?? rank?.[2] ?? USUAL_RANK) };
}
