import type { RowText } from "../check/row-text.ts";

/**
 * Limits of the 99th percentile of the time per output token, ms, in MLPerf Inference's server and interactive scenarios.
 *
 * @source mlcommons/inference_policies, inference_rules.adoc, v4.1 to v5.1
 */
const LIMITS: readonly { model: RegExp; server: number; interactive: number }[] = [
  { model: /llama-?2-?70b/i, server: 200, interactive: 40 },
  { model: /llama-?3\.1-?405b/i, server: 175, interactive: 80 },
  { model: /llama-?3\.1-?8b/i, server: 100, interactive: 30 },
  { model: /mixtral-?8x7b/i, server: 200, interactive: 200 },
  { model: /deepseek-?r1/i, server: 80, interactive: 80 },
];

/** The limit under which the highest valid rate of a row was found, or undefined if MLPerf has no such model. */
export function mlperfTokenLimitMs(text: RowText): number | undefined {
  const found = LIMITS.find(({ model }) => model.test(text("model")));
  return found && (text("scenario").toLowerCase() === "interactive" ? found.interactive : found.server);
}
