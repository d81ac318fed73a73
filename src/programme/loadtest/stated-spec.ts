import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { findApiPrice } from "../../catalog/api-prices.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { isRefusal } from "../../domain/estimate.ts";
import { LoadTestSpec } from "../../domain/loadtest-spec.ts";
import type { LoadTestStart } from "../../domain/loadtest-start.ts";
import { checkSpec } from "../../loadtest/check-spec.ts";
import { parseSlo } from "../../loadtest/slo.ts";
import { priceLookUp } from "../prices/price-look-up.ts";

/** A load test that can run, and the source of its price per GPU-hour. */
export type StatedSpec = { spec: LoadTestSpec; priceSource: string | undefined };

/**
 * The requested load test, with its GPU, prices and SLO looked up and parsed.
 *
 * @throws Failure bad_input without a URL or for an invalid combination; not_found for an unknown GPU or API
 */
export async function statedSpec(context: Context, start: LoadTestStart): Promise<StatedSpec> {
  const {
    slo,
    extraBody,
    apiPrice,
    apiKeyEnv: _key,
    out: _out,
    from: _from,
    term: _term,
    sellerClass: _class,
    on: _on,
    ...plain
  } = start;
  if (plain.url === undefined) {
    throw new Failure("bad_input", "no URL given", {
      hint: "tunewright loadtest http://HOST:PORT, or --from FOLDER for a test that was killed",
    });
  }
  const gpu = await gpuOf(context, start);
  const spec = LoadTestSpec.parse({
    ...plain,
    ...gpu.facts,
    ...(apiPrice === undefined ? {} : tokenPrices(start, apiPrice, start.on ?? isoDay(context.now()))),
    ...(slo === undefined ? {} : { slo: parseSlo(slo) }),
    ...(extraBody === undefined ? {} : { extraBody: parseExtra(extraBody) }),
  });
  checkSpec(spec);
  return { spec, priceSource: gpu.priceSource };
}

/** The GPU by its catalogue name, with its price per hour: the stated one, otherwise the price book's median. */
async function gpuOf(
  context: Context,
  start: LoadTestStart,
): Promise<{ facts: { gpu?: string; usdPerGpuHour?: string }; priceSource: string | undefined }> {
  const { gpu: name, usdPerGpuHour } = start;
  const stated = usdPerGpuHour === undefined ? {} : { usdPerGpuHour: formatMoney(parseMoney(usdPerGpuHour)) };
  if (name === undefined) return { facts: stated, priceSource: undefined };
  const gpu = findGpu(name).id;
  if (usdPerGpuHour !== undefined) return { facts: { gpu, ...stated }, priceSource: undefined };
  const priceOf = await priceLookUp(context, start);
  const price = priceOf(gpu);
  if (isRefusal(price)) {
    context.note(`warning: no cost: ${price.refused}`);
    return { facts: { gpu }, priceSource: undefined };
  }
  return {
    facts: { gpu, usdPerGpuHour: formatMoney(parseMoney(price.p50.toFixed(6))) },
    priceSource: `median of ${price.basis}`,
  };
}

function tokenPrices(start: LoadTestStart, model: string, on: string): Partial<LoadTestSpec> {
  const price = findApiPrice(model, on);
  return {
    usdPerMtokInput: start.usdPerMtokInput ?? price.inputUsdPerMtok,
    usdPerMtokOutput: start.usdPerMtokOutput ?? price.outputUsdPerMtok,
  };
}

function parseExtra(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Failure("bad_input", `--extra-body: ${text} is not a JSON object`, {
    hint: `for example '{"temperature":0}'`,
  });
}
