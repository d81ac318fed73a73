import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import type { Source } from "../../domain/source.ts";
import { Traffic } from "../../domain/traffic.ts";
import { readLoadTest } from "../../plan/serve-check/read-load-test.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * The month of traffic that a programme states: that of its traffic file, otherwise its tokens per month.
 *
 * @throws Failure bad_input if it states no tokens
 */
export function trafficOf(loaded: LoadedProgramme): Traffic {
  const { serving } = loaded.programme;
  const { inputTokensPerMonth, outputTokensPerMonth, peakOverMean } = serving;
  if (inputTokensPerMonth === undefined || outputTokensPerMonth === undefined || outputTokensPerMonth === 0) {
    const lacks = inputTokensPerMonth === undefined ? "inputTokensPerMonth" : "outputTokensPerMonth";
    throw new Failure(
      "bad_input",
      `${loaded.place(["serving"])}: ${lacks} is unknown, so there is no traffic to compare`,
      {
        hint: "state both, or name a month of traffic (serving.traffic, or --traffic FILE)",
      },
    );
  }
  const source: Source = loaded.origin(["serving", "outputTokensPerMonth"]);
  return Traffic.parse({ source, ...loaded.traffic, inputTokensPerMonth, outputTokensPerMonth, peakOverMean });
}

/** True if a programme states the traffic that a comparison needs. */
export function hasTraffic({ programme: { serving } }: LoadedProgramme): boolean {
  return serving.inputTokensPerMonth !== undefined && (serving.outputTokensPerMonth ?? 0) > 0;
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
