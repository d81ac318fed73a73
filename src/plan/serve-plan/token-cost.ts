import type { Quantity } from "../../domain/estimate.ts";
import { quotient, scaled } from "./quantity-maths.ts";

/** Value of an input token as a share of the price of an output token. */
const INPUT_WORTH = 1 / 4;

/**
 * Output-equivalent tokens: output, plus a quarter of the input. @source GKE Inference Quickstart, 4 : 1 of output to
 * input
 */
export function outputEquivalent(output: number, input: number): number {
  return output + INPUT_WORTH * input;
}

/** US dollars per million tokens, from hourly GPU prices and the total tokens per second. */
export function usdPerMtok(gpus: number, usdPerGpuHour: Quantity, tokensPerSec: Quantity): Quantity {
  const usd = quotient(usdPerGpuHour, tokensPerSec, "USD/Mtok");
  return scaled(usd, (gpus * 1e6) / 3600, `${gpus} GPUs × price / tokens per second`);
}
