import type { Programme } from "../../domain/programme.ts";

/** Input and output tokens of a month. */
export type MonthlyTokens = { input: number; output: number };

/**
 * Tokens of a month, used by serving, payback, comparison and alternatives, or the reason why they are unknown. If
 * either input or output is missing, the month is unknown everywhere, because neither its cost nor its requests can be
 * computed.
 */
export function monthlyTokens({
  inputTokensPerMonth: input,
  outputTokensPerMonth: output,
}: Programme["serving"]): MonthlyTokens | { unknown: string } {
  if (input !== undefined && output !== undefined) return { input, output };
  const lacks = [
    ...(input === undefined ? ["serving.inputTokensPerMonth"] : []),
    ...(output === undefined ? ["serving.outputTokensPerMonth"] : []),
  ].join(" and ");
  return { unknown: `the traffic is unknown: set ${lacks}` };
}

/** True if a programme states the tokens of a month. */
export function hasMonthlyTokens(serving: Programme["serving"]): boolean {
  return !("unknown" in monthlyTokens(serving));
}
