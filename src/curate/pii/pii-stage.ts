import type { RowStage } from "../stage.ts";
import { maskedValue } from "./operators/masked-value.ts";
import { redactRow, type RedactSetup } from "./operators/redact-row.ts";

/**
 * Redacts personal data, row by row. A row in which some remains is dropped in its redacted form, reason `leak`. Notes
 * say which spans were redacted and how, without their values; weak spans are noted with their positions for review.
 * Surrogates depend only on the key and the value, so that any division into shards gives the same bytes.
 */
export const piiStage: RowStage<RedactSetup> = {
  kind: "row",
  name: "redact",
  version: 12,
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
            masked: maskedValue(value),
          })),
          review: review.map(({ path, span }) => ({ path, ...span })),
          leaks: { foundAgain: leaks.foundAgain.length, valuesLeft: leaks.valuesLeft },
        },
      });
    }
    return result;
  },
};
