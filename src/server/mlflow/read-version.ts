import { invalid } from "../../track/track-failure.ts";

/** The number of a version, which clients send as text. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readVersion(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Parameter 'version' must be an integer, got '${text}'.`);
  return Number(text);
}
