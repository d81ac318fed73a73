import { suggest } from "../../base/suggest.ts";
import { isWithdrawn } from "../../catalog/api-prices.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { RefusedOption } from "./option-model.ts";
import { cheapestApi, hostsOf, type SellersRequest } from "./sellers.ts";

/** Default sellers: small and large models of first parties. */
const USUAL = ["openai/gpt-4o-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4-5"] as const;

/** Maximum number of hosts of the same open weights to list, cheapest first. */
const MOST_HOSTS = 2;

/** Sellers of a comparison, and kinds of options for which no seller has a price. */
export type PickedApis = { prices: ApiPrice[]; refused: RefusedOption[] };

/**
 * The sellers of a comparison: the named ones, starting with current use. Otherwise, current use, its fine-tune and the
 * cheapest API for the traffic, as in a study; otherwise, three common ones and the cheapest. Hosts of the served
 * model's open weights are always added.
 *
 * @param named  named prices, the baseline first
 */
export function pickApis(
  request: SellersRequest,
  { named, today }: { named: readonly ApiPrice[]; today: ApiPrice | undefined },
): PickedApis {
  const { prices, model } = request;
  const offered = prices.filter((price) => !isWithdrawn(price));
  const byName = (name: string): ApiPrice[] => offered.filter((price) => price.model === name);
  const usual = today === undefined ? USUAL.flatMap(byName) : [today];
  const chosen = named.length > 0 ? [...named] : usual;
  const tuned =
    named.length > 0 ? [] : offered.filter(({ tunedFrom }) => tunedFrom !== null && tunedFrom === chosen[0]?.model);
  const hasHost = named.some(({ sellerClass }) => sellerClass === "open-weight-host");
  const hosts = hasHost ? [] : hostsOf(request).slice(0, MOST_HOSTS);
  const cheapest = named.length > 0 ? undefined : cheapestApi(request);
  const others = cheapest === undefined ? [] : [cheapest];
  const all = new Map([...chosen, ...tuned, ...others, ...hosts].map((price) => [price.model, price]));
  const has = (test: (price: ApiPrice) => boolean): boolean => [...all.values()].some(test);
  const refused: RefusedOption[] = [];
  if (!has(({ tunedFrom }) => tunedFrom !== null)) {
    refused.push({
      id: "fine-tuned-api",
      kind: "fine-tuned-api",
      label: "fine-tuned API model",
      servesTuned: true,
      refused: `no price of a fine-tune of ${chosen[0]?.model ?? "the API"} is known`,
      hint: "add the price of yours to api-prices.csv, and name it: --api SELLER/MODEL",
    });
  }
  if (!has(({ sellerClass }) => sellerClass === "open-weight-host")) {
    const hosted = prices.filter(({ sellerClass }) => sellerClass === "open-weight-host").map((price) => price.model);
    const near = suggest(model, new Set(hosted));
    refused.push({
      id: "open-weight-host",
      kind: "open-weight-host",
      label: "host of the open weights",
      servesTuned: false,
      refused: `no price of a host of ${model} is known`,
      hint: `name a host of a model of its size${near.length > 0 ? `, such as --api "${near[0]}"` : ""}: tunewright prices list --api shows them`,
    });
  }
  return { prices: [...all.values()], refused };
}
