import { isWithdrawn } from "../../catalog/api-prices.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { apiBlend } from "./api-blend.ts";
import { apiRuledOutBy, type ServingRequirements } from "./ruled-out.ts";

/** Inputs for the selection of sellers that could serve the traffic. */
export type SellersRequest = {
  /** One price per model, in force on the day. */
  prices: readonly ApiPrice[];
  /** Model whose open weights are tuned. */
  model: string;
  /** The month to be served; undefined if its tokens are not stated. */
  traffic: Traffic | undefined;
  requirements: ServingRequirements;
};

/**
 * The cheapest API of a maker for the traffic: among those that the requirements allow, or among all if they allow
 * none. Undefined if the traffic is unknown, or no API has a price. Study and `plan compare` both use it.
 */
export function cheapestApi(request: SellersRequest): ApiPrice | undefined {
  if (request.traffic === undefined) return undefined;
  return cheapestFirst(request.prices.filter(isGeneral), request)[0];
}

/**
 * Per-token hosts of the same open weights: those that the requirements allow come first, then the cheapest for the
 * traffic; without traffic, by the price of output.
 */
export function hostsOf(request: SellersRequest): ApiPrice[] {
  const wanted = bareName(request.model);
  const hosts = request.prices.filter(
    (price) => price.sellerClass === "open-weight-host" && bareName(price.model) === wanted && !isWithdrawn(price),
  );
  return cheapestFirst(hosts, request);
}

function cheapestFirst(prices: readonly ApiPrice[], { traffic, requirements }: SellersRequest): ApiPrice[] {
  return prices
    .map((price) => ({
      price,
      isRuledOut: apiRuledOutBy(price, requirements) !== undefined,
      usd: traffic === undefined ? Number(price.outputUsdPerMtok) : apiBlend(price, traffic).usdPerMonth,
    }))
    .toSorted((a, b) => Number(a.isRuledOut) - Number(b.isRuledOut) || a.usd - b.usd)
    .map(({ price }) => price);
}

/** Name patterns of models that do not generate text or are too small to replace a tuned model. */
const SPECIAL =
  /embed|audio|voxtral|tts|whisper|speech|image|vision|ocr|guard|moderation|realtime|transcri|search|(?:^|[-_ ])[0-4](?:\.\d+)?b\b/i;

/** True for a maker's own general-purpose text model. */
function isGeneral(price: ApiPrice): boolean {
  const { model, sellerClass, tunedFrom } = price;
  const isOwn = sellerClass === "first-party" || sellerClass === "own-contract";
  return isOwn && tunedFrom === null && !SPECIAL.test(model) && !isWithdrawn(price);
}

/** A model's name without its seller or organisation, and without words that describe its variant. */
function bareName(name: string): string {
  return name
    .toLowerCase()
    .slice(name.lastIndexOf("/") + 1)
    .replace(/^meta-/, "")
    .replaceAll(/[-_ :]?(?:instruct|instant|turbo|lite|chat|versatile|hf|it|fp8|bf16|v?\d{4})(?![a-z0-9])/g, "")
    .replaceAll(/[^a-z0-9.]/g, "");
}
