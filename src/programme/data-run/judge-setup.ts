import { join } from "node:path";

import { endpointOf } from "../../base/api-endpoint.ts";
import { type Clock, isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { keyIn } from "../../base/secret.ts";
import { apiPriceNote, findApiPrice } from "../../catalog/api-prices.ts";
import type { JudgeSetup } from "../../curate/judge/judge-questions.ts";
import type { JudgeEndpoint } from "../../domain/judge.ts";
import { FREE, type TokenPrice, tokenPrice } from "../../llm/token-price.ts";
import { checkQuarantined, readApiPriceBook } from "../prices/api-price-book.ts";

/** Context for asking a model. */
export type JudgeSurroundings = Pick<JudgeSetup, "untilInterrupted" | "agree" | "onProgress"> & {
  /** Folder with your own prices, and `.tunewright` for the answers. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
};

/** File with the answers of models in a folder. */
export function judgeJournal(dir: string): string {
  return join(dir, ".tunewright", "judge", "answers.jsonl");
}

/**
 * Finds key and price of a judge.
 *
 * @throws Failure bad_input if the address is invalid or contains a key; not_found if the price is unknown
 */
export async function judgeSetup(
  options: JudgeEndpoint,
  { dir, env, now, ...rest }: JudgeSurroundings,
): Promise<JudgeSetup> {
  const { url } = endpointOf({ url: options.url, api: "chat" });
  const odd = [...url.searchParams.keys()].find((name) => name !== "api-version");
  if (odd !== undefined) {
    throw new Failure("bad_input", `the address of the judge contains "${odd.slice(0, 40)}", which may be a key`, {
      hint: "give only the address, and put the key in an environment variable",
    });
  }
  return {
    ...rest,
    now,
    key: keyIn(env, { name: options.keyEnv, flag: "--judge-key-env" }),
    price: await priceOf(options, { dir, on: isoDay(now()) }),
    journal: judgeJournal(dir),
  };
}

/** The price stated by the user, otherwise that of the price book; free only if the user states so. */
async function priceOf(options: JudgeEndpoint, { dir, on }: { dir: string; on: string }): Promise<TokenPrice> {
  const { free, model, usdPerMtokInput: input, usdPerMtokOutput: output } = options;
  if (free && (input ?? output) !== undefined) {
    throw new Failure("bad_input", "the judge is declared free, but a price is also given", {
      hint: "omit one of the two",
    });
  }
  if (free) return FREE;
  if (input !== undefined && output !== undefined) {
    return tokenPrice(
      { inputUsdPerMtok: input, outputUsdPerMtok: output, tiers: [] },
      `given: ${input} USD per million input tokens, ${output} for output`,
    );
  }
  const book = await readApiPriceBook(dir);
  checkQuarantined(model, book);
  const price = known(() => findApiPrice(model, on, book.prices));
  const note = apiPriceNote(price, on);
  const { inputUsdPerMtok, outputUsdPerMtok, tiers, source } = price;
  return tokenPrice(
    { inputUsdPerMtok: input ?? inputUsdPerMtok, outputUsdPerMtok: output ?? outputUsdPerMtok, tiers },
    `${price.model}: ${input ?? inputUsdPerMtok} USD per million input tokens, ${output ?? outputUsdPerMtok} for output (${source.ref})${note === undefined ? "" : `; ${note}`}`,
  );
}

function known<Price>(find: () => Price): Price {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "not_found") throw error;
    throw new Failure("not_found", `the cost of the judge is unknown: ${error.message}`, {
      hint: `give --judge-price-in and --judge-price-out (usdPerMtokInput and usdPerMtokOutput in programme.yaml), or --judge-free (free: true) if the endpoint is free${error.hint?.startsWith("did you mean") === true ? `; ${error.hint}` : ""}`,
    });
  }
}
