import { formatMoney, parseMoney } from "../base/money.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import type { Prompt } from "./prompt-source.ts";

const MTOK = 1_000_000n;

/** What the tokens of a test cost so far, in whole pico-dollars; undefined if no price of tokens is known. */
export type Spend = {
  /** Takes the worst case of a request out of what may be spent; false if it would pass the bound. */
  reserve: (prompt: Prompt) => boolean;
  /** Puts what a request really cost instead of its worst case. */
  settle: (prompt: Prompt, request: LoadTestRequest) => void;
  spentUsd: () => string | null;
};

type Prices = Pick<LoadTestSpec, "usdPerMtokInput" | "usdPerMtokOutput" | "maxUsd">;

/** Input tokens that a request may have for each that is known of it: tokenizers and chat templates add some. */
const MARGIN = { times: 1.5, plus: 64 } as const;

/** True if a price of tokens is known, so that `maxUsd` bounds the test. */
export function hasTokenPrice({ usdPerMtokInput, usdPerMtokOutput }: Prices): boolean {
  return usdPerMtokInput !== undefined || usdPerMtokOutput !== undefined;
}

/** The most that a request may cost, in pico-dollars. */
export function worstPico(
  prices: Prices,
  { aboutTokens, maxTokens }: Pick<Prompt, "aboutTokens" | "maxTokens">,
): bigint {
  return tokensPico(prices, { input: Math.ceil(aboutTokens * MARGIN.times) + MARGIN.plus, output: maxTokens });
}

/**
 * Counts money exactly against the bound. What is in flight counts with its worst case. A request that was refused costs
 * nothing; one that broke off, or whose tokens the server does not count, costs its worst case: the bill may say so.
 */
export function spendOf(prices: Prices): Spend {
  if (!hasTokenPrice(prices)) return { reserve: () => true, settle: () => undefined, spentUsd: () => null };
  const bound = parseMoney(prices.maxUsd);
  let spent = 0n;
  let reserved = 0n;
  return {
    reserve: (prompt) => {
      const worst = worstPico(prices, prompt);
      if (spent + reserved + worst > bound) return false;
      reserved += worst;
      return true;
    },
    settle: (prompt, request) => {
      const worst = worstPico(prices, prompt);
      reserved -= worst;
      spent += picoOf(prices, request) ?? worst;
    },
    spentUsd: () => formatMoney(spent),
  };
}

/** What a request cost, in pico-dollars: 0 where it was refused, undefined if its tokens are not counted. */
export function picoOf(prices: Prices, request: LoadTestRequest): bigint | undefined {
  if (request.status === null ? request.outcome === "failed" : request.status !== 200) return 0n;
  if (request.countedBy === "chunks" || request.inputTokens === null) return undefined;
  return tokensPico(prices, { input: request.inputTokens, output: request.outputTokens });
}

function tokensPico(
  { usdPerMtokInput = "0", usdPerMtokOutput = "0" }: Prices,
  tokens: { input: number; output: number },
): bigint {
  return (
    (parseMoney(usdPerMtokInput) * BigInt(tokens.input) + parseMoney(usdPerMtokOutput) * BigInt(tokens.output)) / MTOK
  );
}
