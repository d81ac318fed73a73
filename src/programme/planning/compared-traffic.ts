import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { ComparisonRequest } from "../../domain/comparison-request.ts";
import type { Stated } from "../../domain/run-request.ts";
import { Traffic } from "../../domain/traffic.ts";
import { type RequestFields, trafficLoad } from "../../plan/serve-plan/traffic-load.ts";
import { readTrafficFile } from "../traffic/traffic-file.ts";

/** A month of traffic, the fields of its requests, and sentences on their sources. */
export type ComparedTraffic = { traffic: Traffic; fields: RequestFields; notes: string[] };

/**
 * The stated month of traffic, and its requests. If the number of requests is unknown, answers have the requested
 * length.
 *
 * @throws Failure bad_input without a month; as `readTrafficFile`
 */
export async function comparedTraffic(
  cwd: string,
  { request, stated }: Stated<ComparisonRequest>,
): Promise<ComparedTraffic> {
  const { traffic: file, outputTokens } = request;
  const traffic = file === undefined ? monthOf(request) : await readTrafficFile(resolve(cwd, file), file);
  const load = trafficLoad(traffic);
  const { rate: _rate, ...fields } = load.fields;
  if (fields.outputTokens !== undefined && fields.inputTokens !== undefined)
    return { traffic, fields, notes: load.notes };
  const inputTokens = Math.max(1, (outputTokens * traffic.inputTokensPerMonth) / traffic.outputTokensPerMonth);
  const assumed = stated.has("outputTokens") ? [] : [`answers of ${outputTokens} tokens are assumed (--output-tokens)`];
  return { traffic, fields: { ...fields, outputTokens, inputTokens }, notes: [...load.notes, ...assumed] };
}

/** Stated values of the month, which override those of a file or a folder. */
export function statedTraffic({ request, stated }: Stated<ComparisonRequest>): Partial<Traffic> {
  const fields = ["cachedInputShare", "batchShare", "growthPerMonth", "peakOverMean"] as const;
  return Object.fromEntries(fields.filter((field) => stated.has(field)).map((field) => [field, request[field]]));
}

function monthOf(request: ComparisonRequest): Traffic {
  const { inputTokensPerMonth, outputTokensPerMonth, cachedInputShare, batchShare, growthPerMonth, peakOverMean } =
    request;
  if (inputTokensPerMonth === 0 || outputTokensPerMonth === 0) {
    const flag = inputTokensPerMonth === 0 ? "--input-tokens-per-month" : "--output-tokens-per-month";
    throw new Failure("bad_input", `${flag} is 0, but requests have prompts and answers`, {
      hint: "give the tokens of all prompts or answers in a month, such as 6e8",
    });
  }
  if (inputTokensPerMonth === undefined || outputTokensPerMonth === undefined) {
    const flag = inputTokensPerMonth === undefined ? "--input-tokens-per-month" : "--output-tokens-per-month";
    throw new Failure("bad_input", `${flag} is required: all options are costed for the same traffic`, {
      hint: "give it, or a month of traffic: --traffic FILE, which tunewright plan traffic creates from a usage export",
    });
  }
  return Traffic.parse({
    inputTokensPerMonth,
    outputTokensPerMonth,
    cachedInputShare,
    batchShare,
    growthPerMonth,
    peakOverMean,
    source: { kind: "user", ref: "the command line" },
  });
}
