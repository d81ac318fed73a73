import { suggest } from "../../base/suggest.ts";
import { isWithdrawn } from "../../catalog/api-prices.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { RefusedOption } from "./option-model.ts";

/** Default sellers: small and large models of first parties. */
const USUAL = ["openai/gpt-4o-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4-5"] as const;

/** Largest number of hosts of the same open weights, cheapest first. */
const MOST_HOSTS = 2;

/** Inputs of the choice other than named prices. */
export type PickedApis = { prices: ApiPrice[]; refused: RefusedOption[] };

/**
 * The sellers of a comparison: the named ones, starting with current use; otherwise current use and its fine-tune;
 * otherwise three common ones; in all cases hosts of the served model's open weights.
 *
 * @param prices  one per model, in force on the day
 * @param named   named prices, the baseline first
 */
export function pickApis(
  prices: readonly ApiPrice[],
  { named, today, model }: { named: readonly ApiPrice[]; today: ApiPrice | undefined; model: string },
): PickedApis {
  const offered = prices.filter((price) => !isWithdrawn(price));
  const byName = (name: string): ApiPrice[] => offered.filter((price) => price.model === name);
  const usual = today === undefined ? USUAL.flatMap(byName) : [today];
  const chosen = named.length > 0 ? [...named] : usual;
  const tuned =
    named.length > 0 ? [] : offered.filter(({ tunedFrom }) => tunedFrom !== null && tunedFrom === chosen[0]?.model);
  const hosts = chosen.some(({ sellerClass }) => sellerClass === "open-weight-host") ? [] : hostsOf(model, prices);
  const all = new Map([...chosen, ...tuned, ...hosts].map((price) => [price.model, price]));
  const has = (test: (price: ApiPrice) => boolean): boolean => [...all.values()].some(test);
  const refused: RefusedOption[] = [];
  if (!has(({ tunedFrom }) => tunedFrom !== null)) {
    refused.push({
      id: "fine-tuned-api",
      kind: "fine-tuned-api",
      label: "fine-tuned API model",
      servesTuned: true,
      refused: `no price of a fine-tune of ${chosen[0]?.model ?? "the API"} is known`,
      hint: "name one that has a price (--api openai/ft:gpt-4o-mini), or add yours to api-prices.csv",
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

/** Per-token hosts of the same open weights, cheapest output first. */
export function hostsOf(model: string, prices: readonly ApiPrice[]): ApiPrice[] {
  const wanted = bareName(model);
  return prices
    .filter(
      (price) => price.sellerClass === "open-weight-host" && bareName(price.model) === wanted && !isWithdrawn(price),
    )
    .toSorted((a, b) => Number(a.outputUsdPerMtok) - Number(b.outputUsdPerMtok))
    .slice(0, MOST_HOSTS);
}

/** A model's name without its seller or organisation, and without words for its form. */
function bareName(name: string): string {
  return name
    .toLowerCase()
    .slice(name.lastIndexOf("/") + 1)
    .replace(/^meta-/, "")
    .replaceAll(/[-_ :]?(?:instruct|instant|turbo|lite|chat|versatile|hf|it|fp8|bf16|v?\d{4})(?![a-z0-9])/g, "")
    .replaceAll(/[^a-z0-9.]/g, "");
}
