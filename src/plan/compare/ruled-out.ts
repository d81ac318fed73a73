import { apiResidency } from "../../catalog/api-residency.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import { forcedBy } from "../method/method-reading.ts";
import type { OptionModel } from "./option-model.ts";
import type { OptionKind } from "../../domain/comparison.ts";

/** Requirements that can rule out a way to serve the traffic. */
export type ServingRequirements = Pick<Programme["requirements"], "apiAllowed" | "residency" | "latencyMsP95">;

/** Regions in which data may have to stay, in words. */
export const REGIONS = { eu: "the EU", us: "the US" } as const;

/**
 * The requirement that rules out an outside API: a ban on outside APIs, or a region in which its seller is not known to
 * process requests. A contract of the user's own is assumed to keep data where it must stay.
 *
 * @param price  its price; undefined if the programme does not name the API
 * @returns undefined if it is allowed
 */
export function apiRuledOutBy(price: ApiPrice | undefined, requirements: ServingRequirements): string | undefined {
  const { residency } = requirements;
  const forced = forcedBy(requirements);
  if (forced !== undefined) return forced;
  if (price === undefined || residency === "none" || residency === "on-premises") return undefined;
  if (price.sellerClass === "own-contract" || apiResidency(price.model, residency) !== undefined) return undefined;
  return `data must stay in ${REGIONS[residency]}, and no offer to process it there with ${price.model} is known`;
}

/**
 * A seller's offer to process data in the required region, whose surcharge is in the prices of the programme; undefined
 * if no region is required, no offer is known, or the price is the user's own.
 */
export function residencyNote({ model, source }: ApiPrice, { residency }: ServingRequirements): string | undefined {
  if (residency === "none" || residency === "on-premises" || source.kind === "user") return undefined;
  const known = apiResidency(model, residency);
  if (known === undefined) return undefined;
  const counted = known.priceFactor === null ? "; a surcharge, if any, is not counted" : "";
  return `processed in ${REGIONS[residency]} ${known.terms} (${known.source})${counted}`;
}

/** Options that run on a seller's machines. */
const RENTED: ReadonlySet<OptionKind> = new Set(["dedicated-endpoint", "own-reserved", "scale-to-zero"]);

/**
 * The requirement that rules out an option. For APIs, as `apiRuledOutBy`; if data must stay on the premises, a seller's
 * machines are also ruled out.
 *
 * @returns undefined if it is allowed
 */
export function ruledOutBy(
  { kind, isApi, price }: Pick<OptionModel, "kind" | "isApi" | "price">,
  requirements: ServingRequirements,
): string | undefined {
  if (isApi) return apiRuledOutBy(price, requirements);
  if (requirements.residency === "on-premises" && RENTED.has(kind)) return forcedBy(requirements);
  return undefined;
}
