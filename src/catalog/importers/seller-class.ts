import { Failure } from "../../base/failure.ts";
import { type GpuPrice, SellerClass } from "../../domain/price.ts";
import type { ImportFormat } from "../../domain/price-import.ts";

/**
 * Seller class of a price list: the user's own contract if it is one, otherwise that of the seller in the catalogue.
 *
 * @throws Failure bad_input if the seller is not in the catalogue
 */
export function sellerClassOf(seller: string, format: ImportFormat, known: readonly GpuPrice[]): SellerClass {
  if (format === "contract") return "own-contract";
  const found = known.find((price) => price.seller === seller);
  if (found !== undefined) return found.sellerClass;
  throw new Failure("bad_input", `the catalogue does not know the class of the seller "${seller}"`, {
    hint: `add --seller-class with one of ${SellerClass.options.join(", ")}`,
  });
}
