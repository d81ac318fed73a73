import type { Int64 } from "../base/int64.ts";
import type { Store } from "../store/open-store.ts";
import { run } from "../store/statement.ts";
import { pageOffset, pageToken } from "./page-token.ts";
import { pointValue } from "./points.ts";

/** A point of a known metric. */
export type HistoryPoint = { value: number; timestamp: Int64; step: Int64 };

const PAGE =
  "select points.timestamp, points.step, points.value, points.is_nan from series join points on points.series_no = series.series_no " +
  "where series.run_no = ? and series.key = ? order by points.timestamp, points.step, points.value, points.is_nan limit ? offset ?";

/**
 * One page of the history of a metric, ordered by time, step and value, the order in which the points are stored.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE (page token)
 */
export async function readHistory(
  { db }: Pick<Store, "db">,
  runNo: number,
  page: { key: string; maxResults: number; pageToken: string | undefined },
): Promise<{ points: HistoryPoint[]; nextPageToken: string | undefined }> {
  const offset = pageOffset(page.pageToken);
  const rows = await run<HistoryPoint & { is_nan: number }>(db, PAGE, [runNo, page.key, page.maxResults + 1, offset]);
  return {
    points: rows
      .slice(0, page.maxResults)
      .map(({ timestamp, step, ...stored }) => ({ timestamp, step, value: pointValue(stored) })),
    nextPageToken: rows.length > page.maxResults ? pageToken(offset + page.maxResults) : undefined,
  };
}
