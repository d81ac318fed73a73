import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { apiPriceNote, findApiPrice } from "../../catalog/api-prices.ts";
import type { EvaluationTarget } from "../../domain/evaluation.ts";
import { FREE, type TokenPrice, tokenPrice } from "../../llm/index.ts";
import { checkQuarantined, readApiPriceBook } from "../prices/api-price-book.ts";

/**
 * Price of a model's tokens: as stated, otherwise from the price book of the folder. Free only if the user states so.
 *
 * @param place where the model is named, for messages: `targets.base`
 * @throws Failure not_found if the price is unknown; bad_input if it is stated to be free and has a price
 */
export async function modelPrice(
  target: Pick<EvaluationTarget, "model" | "free" | "usdPerMtokInput" | "usdPerMtokOutput">,
  { dir, now, place }: { dir: string; now: Date; place: string },
): Promise<TokenPrice> {
  const { free, model = "", usdPerMtokInput: input, usdPerMtokOutput: output } = target;
  if (free && (input ?? output) !== undefined) {
    throw new Failure("bad_input", `${place} has both free and a price`, { hint: "remove one of them" });
  }
  if (free) return FREE;
  if (input !== undefined && output !== undefined) {
    const source = `given: ${input} USD per million input tokens, ${output} for output`;
    return tokenPrice({ inputUsdPerMtok: input, outputUsdPerMtok: output, tiers: [] }, source);
  }
  const book = await readApiPriceBook(dir);
  checkQuarantined(model, book);
  const day = isoDay(now);
  try {
    const price = findApiPrice(model, day, book.prices);
    const note = apiPriceNote(price, day);
    return tokenPrice(
      {
        inputUsdPerMtok: input ?? price.inputUsdPerMtok,
        outputUsdPerMtok: output ?? price.outputUsdPerMtok,
        tiers: price.tiers,
      },
      `${price.model} (${price.source.ref})${note === undefined ? "" : `; ${note}`}`,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "not_found") throw error;
    throw new Failure("not_found", `${place}: ${error.message}`, {
      hint: "set usdPerMtokInput and usdPerMtokOutput, or free: true if the endpoint is yours",
    });
  }
}
