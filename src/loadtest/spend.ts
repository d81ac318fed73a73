import { formatMoney, parseMoney } from "../base/money.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import type { Prompt } from "./prompt-source.ts";

const MTOK = 1_000_000n;

/** Cost of a test's tokens so far, in whole pico-dollars; undefined if their price is unknown. */
export type Spend = {
  /** Reserves the worst-case cost of a request; false if it would exceed the limit. */
  reserve: (prompt: Prompt) => boolean;
  /** Replaces the reserved worst case of a request with its actual cost. */
  settle: (prompt: Prompt, request: LoadTestRequest) => void;
  spentUsd: () => string | null;
};

type Prices = Pick<LoadTestSpec, "usdPerMtokInput" | "usdPerMtokOutput" | "maxUsd">;

/** Factor on the known input tokens of a request, to allow for those added by tokenizers and chat templates. */
const MARGIN = { times: 1.5, plus: 64 } as const;

/** True if the price of tokens is known, so that `maxUsd` limits the test. */
export function hasTokenPrice({ usdPerMtokInput, usdPerMtokOutput }: Prices): boolean {
  return usdPerMtokInput !== undefined || usdPerMtokOutput !== undefined;
}

/** The maximum possible cost of a request, in pico-dollars. */
export function worstPico(
  prices: Prices,
  { aboutTokens, maxTokens }: Pick<Prompt, "aboutTokens" | "maxTokens">,
): bigint {
  return tokensPico(prices, { input: Math.ceil(aboutTokens * MARGIN.times) + MARGIN.plus, output: maxTokens });
}

/**
 * Counts costs exactly against the limit. Requests in flight count at their worst case. A rejected request costs
 * nothing; one that was interrupted, or whose tokens the server does not report, costs its worst case, because it may
 * be billed.
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

/** Cost of a request, in pico-dollars: 0 if it was rejected, undefined if its tokens are unknown. */
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
