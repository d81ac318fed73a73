import type { RowStage } from "../stage.ts";
import { redactRow, type RedactSetup } from "./operators/redact-row.ts";

/** Letters of a masked sample. */
const SAMPLE = 40;

/**
 * Redacts personal data, row by row; a row in which something is left is dropped, reason `leak`, as it was redacted. Notes
 * say which spans were redacted and how, and hold no value; weak spans are noted for review by their place.
 *
 * Surrogates depend on the key and the value alone, so any shards give the same bytes.
 */
export const piiStage: RowStage<RedactSetup> = {
  kind: "row",
  name: "redact",
  version: 11,
  run: async (rows, setup) => {
    const result = { kept: [], dropped: [], notes: [] } as Awaited<ReturnType<RowStage<RedactSetup>["run"]>>;
    for (const row of rows) {
      const { fields, replacements, review, leaks } = await redactRow(row, setup);
      const isLeaking = leaks.foundAgain.length > 0 || leaks.valuesLeft > 0;
      const redacted = { ...row, fields };
      if (isLeaking && setup.options.onLeak === "drop") {
        const types = [...new Set(leaks.foundAgain.map(({ type }) => type))].join(", ");
        const detail = [
          types === "" ? "" : `found again: ${types}`,
          leaks.valuesLeft === 0 ? "" : `values left: ${leaks.valuesLeft}`,
        ];
        result.dropped.push({
          row: redacted,
          reason: "leak",
          detail: detail.filter((part) => part !== "").join("; "),
          isTextHidden: true,
        });
      } else result.kept.push(redacted);
      if (replacements.length === 0 && review.length === 0 && !isLeaking) continue;
      result.notes.push({
        id: row.id,
        note: {
          spans: replacements.map(({ path, span, operator, value, start, end }) => ({
            path,
            start,
            end,
            type: span.type,
            operator,
            score: span.score,
            by: span.by,
            masked: masked(value),
          })),
          review: review.map(({ path, span }) => ({ path, ...span })),
          leaks: { foundAgain: leaks.foundAgain.length, valuesLeft: leaks.valuesLeft },
        },
      });
    }
    return result;
  },
};

/** A value of which the first letter of each word stays; of digits none. */
function masked(value: string): string {
  return value
    .slice(0, SAMPLE)
    .replaceAll(/\p{N}/gu, "0")
    .replaceAll(/(?<=\p{L})[\p{L}\p{M}]/gu, "*");
}
