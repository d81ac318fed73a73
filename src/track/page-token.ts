import { invalid } from "./track-failure.ts";

/** The token of the page that starts at a row. */
export function pageToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64");
}

/**
 * The row at which a page starts; 0 if there is no token.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export function pageOffset(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) throw invalid("Invalid page token, could not base64-decode");
  let offset: unknown;
  try {
    ({ offset } = JSON.parse(Buffer.from(token, "base64").toString("utf8")) as { offset?: unknown });
  } catch {
    throw invalid("Invalid page token, could not base64-decode");
  }
  if (typeof offset !== "number" || !Number.isSafeInteger(offset) || offset < 0) {
    throw invalid("Invalid page token, parsed value has no valid offset");
  }
  return offset;
}
