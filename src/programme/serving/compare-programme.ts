import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import type { Source } from "../../domain/source.ts";
import { Traffic } from "../../domain/traffic.ts";
import { readLoadTest } from "../../plan/serve-check/read-load-test.ts";
import { hasMonthlyTokens, type MonthlyTokens, monthlyTokens } from "../../plan/serving/monthly-tokens.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * The month of traffic that a programme states: that of its traffic file, otherwise its tokens per month.
 *
 * @throws Failure bad_input if it states no tokens
 */
export function trafficOf(loaded: LoadedProgramme): Traffic {
  const { serving } = loaded.programme;
  const tokens = monthlyTokens(serving);
  if ("unknown" in tokens) {
    throw new Failure("bad_input", `${loaded.place(["serving"])}: ${tokens.unknown}`, {
      hint: "state them, or name a month of traffic (serving.traffic, or --traffic FILE)",
    });
  }
  return programmeMonth(loaded, tokens);
}

/** True if a programme states the traffic that a comparison needs. */
export function hasTraffic({ programme }: LoadedProgramme): boolean {
  return hasMonthlyTokens(programme.serving);
}

/** The month of traffic of a programme with its stated tokens and peak. */
export function programmeMonth(loaded: LoadedProgramme, { input, output }: MonthlyTokens): Traffic {
  const source: Source = loaded.origin(["serving", "outputTokensPerMonth"]);
  const { peakOverMean } = loaded.programme.serving;
  const tokens = { inputTokensPerMonth: input, outputTokensPerMonth: output };
  return Traffic.parse({ source, ...loaded.traffic, ...tokens, peakOverMean });
}

/**
 * The load test named by a programme; undefined if there is none.
 *
 * @throws Failure if `serving.loadTest` is not a load test result
 */
export async function loadTestOf(loaded: LoadedProgramme): Promise<MeasuredServing | undefined> {
  const file = loaded.programme.serving.loadTest;
  if (file === undefined) return undefined;
  return { file, result: readLoadTest(await readText(await loaded.resolve(file), { shown: file }), file) };
}
