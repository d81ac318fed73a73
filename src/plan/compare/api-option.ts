import { HOURS_PER_MONTH } from "../../base/units.ts";
import { usd } from "../../base/words.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { TOKEN_RATIO } from "../serving/serving-cost.ts";
import { apiBlend } from "./api-blend.ts";
import { apiKind, type OptionModel } from "./option-model.ts";

/** An offer of a per-token seller. */
export type ApiOffer = {
  price: ApiPrice;
  /** True if the seller hosts your own adapter, which the price does not state. */
  hostsAdapter?: boolean | undefined;
  /** Fee per hour for keeping a tuned model deployed; default: none. */
  hostingUsdPerHour?: number | undefined;
  /** Other cost of today, such as people, that the API in use does not save; default: none. */
  otherUsdPerMonth?: number | undefined;
  /** Notes on weaknesses of the price. */
  notes?: readonly string[] | undefined;
};

/** Id of the ratio of the served model's tokens to the tokens counted in the traffic. */
export const TOKENIZER = TOKEN_RATIO;

/**
 * An option that is billed by the token: the blended price of the month, plus the fee for keeping a tuned model
 * deployed. A host of open weights bills tokens of the served model's tokenizer; for all others, tokens are those of
 * the traffic.
 */
export function apiOption(
  { price, hostsAdapter, hostingUsdPerHour, otherUsdPerMonth = 0, notes = [] }: ApiOffer,
  traffic: Traffic,
): OptionModel {
  const kind = hostsAdapter === true ? "serverless-lora" : apiKind(price);
  const blend = apiBlend(price, traffic);
  const isTuned = kind === "fine-tuned-api" || kind === "serverless-lora";
  const fee = (isTuned ? (hostingUsdPerHour ?? 0) * HOURS_PER_MONTH : 0) + otherUsdPerMonth;
  const countsOwn = kind === "open-weight-host" || kind === "serverless-lora";
  const factor = (x: (id: string) => number): number => (countsOwn ? x(TOKENIZER) : 1);
  return {
    id: `${kind}:${price.model}`,
    kind,
    // A host may serve both: the base model and an adapter on it are two options based on one row.
    label: kind === "serverless-lora" ? `adapter at ${price.model}` : price.model,
    servesTuned: isTuned,
    hasReplicas: false,
    price,
    needsPeople: false,
    isApi: true,
    constantUsd: otherUsdPerMonth,
    cost: (volume, x) => ({
      usd: fee + volume * factor(x) * blend.usdPerMonth,
      idleUsd: 0,
      replicas: 0,
      usedShare: 0,
      coldStarts: 0,
    }),
    line: (x) => ({ kind: "linear", fixedUsd: fee, usdPerVolume: factor(x) * blend.usdPerMonth }),
    usdPerVolume: (x) => factor(x) * blend.usdPerMonth,
    basis: [priceWords(price), ...(countsOwn ? ["tokens counted by the served model's tokenizer"] : [])],
    notes: [
      ...notes,
      otherUsdPerMonth > 0
        ? `${price.model} is in use, so the other cost of today, ${usd(otherUsdPerMonth)} USD a month, stays with it; the other options are assumed to save it, as the tuned model does`
        : undefined,
      priceNote(price, traffic),
      ...blend.notes,
      kind === "open-weight-host"
        ? `${price.model} serves the base model: a price for your own weights or adapter is not included`
        : undefined,
      kind === "fine-tuned-api" && hostingUsdPerHour === undefined
        ? "no hosting fee for a tuned model is counted: some sellers charge one per hour (--hosting-usd-per-hour)"
        : undefined,
    ].filter((note) => note !== undefined),
  };
}

/** Note of a price row, without the batch terms if they do not apply. */
function priceNote({ note }: ApiPrice, { batchShare }: Traffic): string | undefined {
  const said = note.split("; ").filter((part) => batchShare > 0 || !part.startsWith("batch "));
  return said.length === 0 || said[0] === "" ? undefined : said.join("; ");
}

/** Text of a price, with its day and its source. */
function priceWords(price: ApiPrice): string {
  const { inputUsdPerMtok, outputUsdPerMtok, cachedInputUsdPerMtok: cached, source, seenOn } = price;
  const hit = cached === null ? "" : `, cached input ${cached}`;
  return `input ${inputUsdPerMtok}, output ${outputUsdPerMtok}${hit} USD per million tokens, seen ${seenOn} (${source.ref})`;
}
