import { apiPricesOn, findApiPrice } from "../../catalog/api-prices.ts";
import type { Alternatives } from "../../domain/alternative.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import type { Payback } from "../../domain/study.ts";
import { alternativesOf } from "../../plan/compare/alternatives.ts";
import { monthlyTokens } from "../../plan/serving/monthly-tokens.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { programmeMonth } from "./compare-programme.ts";
import { tokenRatio } from "./programme-requests.ts";

/** Alternatives to a programme for its own traffic, at the prices of the day. */
export function programmeAlternatives(
  loaded: LoadedProgramme,
  { on, model, cost, payback }: { on: string; model: string; cost: ProgrammeCost; payback: Payback },
): Alternatives {
  const { programme, apiPrices } = loaded;
  const tokens = monthlyTokens(programme.serving);
  const traffic =
    "unknown" in tokens
      ? undefined
      : { ...programmeMonth(loaded, tokens), ownTokensPerToken: tokenRatio(loaded).ratio };
  const { api } = programme.today;
  return alternativesOf({
    programme,
    traffic,
    prices: apiPricesOn(on, apiPrices),
    today: api === undefined ? undefined : findApiPrice(api, on, apiPrices),
    model,
    payback,
    evaluationUsd: cost.categories.find(({ category }) => category === "evaluation")?.cost ?? {
      refused: "the cost of evaluation is unknown",
      hint: "set evaluation.setupUsd and evaluation.usdPerEvaluation",
    },
  });
}
