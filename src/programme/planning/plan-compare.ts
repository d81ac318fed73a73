import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import type { Comparison } from "../../domain/comparison.ts";
import type { ComparisonRequest } from "../../domain/comparison-request.ts";
import type { Stated } from "../../domain/run-request.ts";
import { checkQuarantined, readApiPriceBook } from "../prices/api-price-book.ts";
import { compareServing, type ComparisonAsked } from "../serving/compare-serving.ts";
import { readMeasured } from "../serving/read-measured.ts";
import { statedTokenRatio } from "../traffic/token-ratio.ts";
import { servingOfProgramme, servingOfRequest } from "./compared-serving.ts";
import { statedTraffic } from "./compared-traffic.ts";

/**
 * Compares ways to serve the same traffic, of a model or of a programme.
 *
 * @throws Failure as `servingOfRequest`, `readProgramme` and `compareServing`
 */
export async function planCompare(context: Context, asked: Stated<ComparisonRequest>): Promise<Comparison> {
  const { request } = asked;
  const { dir, on = isoDay(context.now()), measured: file, tokenizerRatio } = request;
  const found =
    dir === undefined
      ? await servingOfRequest(context, { ...asked, on })
      : await servingOfProgramme(context, dir, { ...asked, on });
  const measured = file === undefined ? found.loadTest : await readMeasured(context.cwd, file);
  const changed = statedTraffic(asked);
  const hits =
    changed.cachedInputShare === undefined ? {} : { prefixHitShare: Math.min(0.999, changed.cachedInputShare) };
  const ratio =
    tokenizerRatio === undefined ? {} : { ownTokensPerToken: statedTokenRatio(tokenizerRatio, "--tokenizer-ratio") };
  const apis = await comparedApis(resolve(context.cwd, dir ?? "."), request.api ?? []);
  const { serving, usdPerGpuHour } = found;
  return compareServing(
    { serving: { ...serving, spec: { ...serving.spec, ...hits } }, usdPerGpuHour },
    {
      ...found.asked,
      ...statedTerms(request),
      traffic: { ...found.asked.traffic, ...changed, ...ratio },
      on,
      apis,
      measured,
    },
  );
}

/** Names of APIs, separate or joined by commas. @throws Failure for one whose price is quarantined */
async function comparedApis(dir: string, given: readonly string[]): Promise<string[]> {
  const names = given.flatMap((joined) => joined.split(",").map((name) => name.trim())).filter((name) => name !== "");
  const book = await readApiPriceBook(dir);
  for (const name of names) checkQuarantined(name, book);
  return names;
}

/** Prices, people and draws of a request, as input of the comparison. */
function statedTerms(
  request: ComparisonRequest,
): Pick<
  ComparisonAsked,
  | "serverlessLora"
  | "sellerClass"
  | "usdPerGpuHour"
  | "hostingUsdPerHour"
  | "engineerHoursPerMonth"
  | "idleSeconds"
  | "terms"
  | "seed"
  | "draws"
> {
  const { serverlessLora, sellerClass, hostingUsdPerHour, engineerHoursPerMonth, idleSeconds, seed, draws } = request;
  const { discountPerYear, priceDropPerYear, qualityParity } = request;
  return {
    serverlessLora,
    sellerClass,
    usdPerGpuHour: {
      reserved: request.reservedUsdPerGpuHour,
      endpoint: request.endpointUsdPerGpuHour,
      serverless: request.serverlessUsdPerGpuHour,
    },
    hostingUsdPerHour,
    engineerHoursPerMonth,
    idleSeconds,
    terms: { discountPerYear, priceDropPerYear, qualityParity },
    seed,
    draws,
  };
}
