import { parseMoney } from "../../base/money.ts";
import { formatUsd } from "../../base/units.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";

type QuotedLine = NonNullable<Programme["quoted"]>["lines"][number];

/** The price per GPU-hour of a quoted compute line, compared with the price book. */
export type ImpliedPrice = { sentence: string; verdict: "inside" | "above" | "below" | "unknown" };

/**
 * The implied price per GPU-hour of a quoted compute line, compared with the author's published range (the rows of kind
 * `range`) and with the list prices in force that day.
 */
export function impliedPriceFinding(
  { usd, quantity }: QuotedLine,
  { programme, prices }: { programme: Programme; prices: readonly GpuPrice[] },
): ImpliedPrice {
  if (quantity === undefined) return { sentence: "", verdict: "unknown" };
  const paid = Number(parseMoney(usd) / 1_000_000n) / 1e6 / quantity;
  const { term, sellerClass, gpu = "GPU" } = programme.training;
  const offer = `${gpu} ${term} from a ${sellerClass}`;
  const ranges = prices.filter(({ kind }) => kind === "range");
  if (ranges.length === 0) {
    return {
      sentence: `it pays ${paid.toFixed(4)} USD per GPU-hour; no published range of ${offer} to check it`,
      verdict: "unknown",
    };
  }
  const low = Math.min(...ranges.map(({ lowUsd }) => Number(lowUsd)));
  const high = Math.max(...ranges.map(({ highUsd }) => Number(highUsd)));
  const verdict = paid > high ? "above" : paid < low ? "below" : "inside";
  const lists = prices.filter(({ kind }) => kind !== "range").map(({ lowUsd }) => Number(lowUsd));
  const listed =
    lists.length === 0
      ? ""
      : ` (list prices that day: ${formatUsd(Math.min(...lists))}–${formatUsd(Math.max(...lists))})`;
  const cause =
    verdict === "above" && programme.data.personalData === "phi"
      ? ": a BAA premium for health data may explain it"
      : "";
  return {
    sentence: `it pays ${paid.toFixed(2)} USD per GPU-hour, ${verdict} the published ${low.toFixed(2)}–${high.toFixed(2)} of ${offer}${listed}${cause}`,
    verdict,
  };
}
