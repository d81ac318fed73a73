import { parseMoney } from "../base/money.ts";
import type { ApiPrice } from "../domain/price.ts";

/** Price of tokens. */
export type TokenPrice = {
  /** Source, for display. */
  source: string;
  /** Cost of one request in pico-dollars; undefined if it is free. */
  cost: ((tokens: { input: number; output: number }) => bigint) | undefined;
};

const MTOK = 1_000_000n;

/** A price by its parts, using the tier for the input tokens of the request. Rounds up to a pico-dollar. */
export function tokenPrice(
  price: Pick<ApiPrice, "inputUsdPerMtok" | "outputUsdPerMtok" | "tiers">,
  source: string,
): TokenPrice {
  const steps = [{ aboveInputTokens: -1, ...price }, ...price.tiers].map((step) => ({
    above: step.aboveInputTokens,
    input: parseMoney(step.inputUsdPerMtok),
    output: parseMoney(step.outputUsdPerMtok),
  }));
  return {
    source,
    cost: ({ input, output }) => {
      const step = steps.findLast(({ above }) => input > above)!;
      return (step.input * BigInt(input) + step.output * BigInt(output) + MTOK - 1n) / MTOK;
    },
  };
}

/** Free: the endpoint is the user's own, according to the user. */
export const FREE: TokenPrice = { source: "the endpoint is your own and free", cost: undefined };
