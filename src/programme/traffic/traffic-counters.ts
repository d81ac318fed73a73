import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { isNamedCounter, loadTokenCounter, type TokenCounter } from "../../curate/tokens/token-counter.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { type PairedCounts, pairedCounts, publishedTokenRatio } from "./token-ratio.ts";
import type { UsageRow } from "./usage-row.ts";

/** Counts the texts of requests, and compares two tokenizers on them. */
export type TrafficCounters = {
  /** Tokens of a text as counted by the API; undefined if not requested. */
  count: ((text: string) => number) | undefined;
  /** Adds the texts of one request. */
  pair: ((texts: NonNullable<UsageRow["texts"]>) => void) | undefined;
  /** The month with the served model's tokens per counted token. */
  withRatio: (traffic: Traffic) => Traffic;
};

/**
 * Loads the named tokenizers.
 *
 * @param names `tokenizer` replaces that of the API; `ownTokenizer` is that of the model to be served
 * @throws Failure not_found or bad_input if one of them is not a tokenizer
 */
export async function trafficCounters(
  names: { tokenizer: string | undefined; ownTokenizer: string | undefined },
  cwd: string,
): Promise<TrafficCounters> {
  const [api, own] = await Promise.all([loaded(names.tokenizer, cwd), loaded(names.ownTokenizer, cwd)]);
  if (own !== undefined && own.method === "characters") {
    throw new Failure("bad_input", "--own-tokenizer characters is not a tokenizer", {
      hint: "name the tokenizer.json of the served model",
    });
  }
  const pairs = api && own && pairedCounts(api.count, own.count, { api: api.name, own: own.name });
  return {
    count: api?.count,
    pair:
      pairs &&
      (({ input, output }) => {
        pairs.add(input);
        pairs.add(output);
      }),
    withRatio: (traffic) => (own === undefined ? traffic : withRatio(traffic, pairs)),
  };
}

async function loaded(choice: string | undefined, cwd: string): Promise<TokenCounter | undefined> {
  if (choice === undefined) return undefined;
  return loadTokenCounter(isNamedCounter(choice) ? choice : resolve(cwd, choice));
}

function withRatio(traffic: Traffic, pairs: PairedCounts | undefined): Traffic {
  const ratio = pairs?.ratio() ?? publishedTokenRatio(traffic.byModel[0]?.model ?? "an unnamed model");
  if (isRefusal(ratio)) return { ...traffic, notes: [...traffic.notes, `${ratio.refused}; ${ratio.hint}`] };
  return { ...traffic, ownTokensPerToken: ratio };
}
