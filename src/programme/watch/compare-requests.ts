import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import type { WatchComparison } from "../../domain/watch-comparison.ts";
import { type AnswerFormat, RequestSignal } from "../../domain/watch-file.ts";
import type { WatchedRequest } from "../../domain/watch-import.ts";
import { formatCheck } from "../../watch/answer-format.ts";
import { compareSamples } from "../../watch/compare-samples.ts";
import { openUsage } from "../traffic/usage-rows.ts";
import { measureRequest } from "./measure-request.ts";
import { readRequest } from "./read-request.ts";
import { isUsageBucket, SUMMED } from "./usage-buckets.ts";

/** Two files of requests for a single comparison. Nothing is stored. */
export type CompareRequests = {
  before: { path: string; shown: string };
  after: { path: string; shown: string };
  signals: readonly RequestSignal[] | undefined;
  format: AnswerFormat | undefined;
  level: number;
  nowMs: number;
};

/** Minimum number of requests of a sample. */
const FEWEST_REQUESTS = 20;

/**
 * Compares two files of requests: lengths, refusals, format, language, prompts, latency, cost, feedback.
 *
 * @throws Failure not_found, bad_input for a file or a pattern, or with fewer than 20 requests in one of the two
 */
export async function compareRequests(request: CompareRequests): Promise<WatchComparison> {
  const { before, after, level, format } = request;
  const check = format === undefined ? undefined : formatCheck(format);
  const formats = new Map<WatchedRequest, boolean | null>();
  const load = async (file: CompareRequests["before"]): Promise<WatchedRequest[]> => {
    const rows: WatchedRequest[] = [];
    let [left, reason] = [0, ""];
    const source = await openUsage(file.path, file.shown);
    for await (const row of source.rows) {
      const raw =
        "problem" in row
          ? row.problem
          : isUsageBucket(row)
            ? SUMMED
            : readRequest(row.fields, { nowMs: request.nowMs });
      if (typeof raw === "string") {
        if (left++ === 0) reason = `line ${row.line ?? 1}: ${raw}`;
        continue;
      }
      const measured = measureRequest(raw, { id: raw.id ?? String(rows.length), user: raw.user });
      rows.push(measured);
      formats.set(measured, check?.has({ isJson: measured.isJson, text: raw.answer }) ?? null);
    }
    if (rows.length >= FEWEST_REQUESTS) return rows;
    throw new Failure(
      "bad_input",
      `${file.shown} has ${counted(rows.length, "request")}: a comparison needs ${FEWEST_REQUESTS}`,
      left === 0 ? {} : { hint: `${counted(left, "row")} could not be read; ${reason}` },
    );
  };
  const [first, second] = [await load(before), await load(after)];
  const signals =
    request.signals ?? RequestSignal.options.filter((signal) => signal !== "format" || format !== undefined);
  const found = compareSamples(first, second, {
    signals,
    level,
    hasFormat: check === undefined ? undefined : (measured) => formats.get(measured) ?? null,
  });
  return { before: before.shown, after: after.shown, level, ...found };
}
