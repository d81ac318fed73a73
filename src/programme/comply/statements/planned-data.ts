import { counted, whole } from "../../../base/words.ts";
import type { DataPlan } from "../../../domain/programme.ts";
import type * as z from "zod";

/** The planned training data in words: a corpus by its tokens, rows by their number; empty if none is planned. */
export function plannedData({ corpusTokens, plannedRows }: z.infer<typeof DataPlan>): string {
  return [
    ...(corpusTokens > 0 ? [`${whole(corpusTokens)} tokens of text`] : []),
    ...(plannedRows > 0 ? [counted(plannedRows, "row")] : []),
  ].join(" and ");
}

/** The part of the planned rows that the listed files hold, as the end of a source; empty if they hold all. */
export function rowsNotListed(
  { plannedRows }: Pick<z.infer<typeof DataPlan>, "plannedRows">,
  rowsOnHand: number | undefined,
): string {
  if (rowsOnHand === undefined || rowsOnHand >= plannedRows) return "";
  return `: the listed files hold ${whole(rowsOnHand)} of the ${whole(plannedRows)} planned rows`;
}
