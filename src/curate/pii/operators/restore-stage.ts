import type { RowStage } from "../../stage.ts";
import { textSlots, withTexts } from "../../rows/text-slots.ts";
import type { RedactionKey } from "./redaction-key.ts";
import { unseal } from "./seal.ts";

/**
 * Opens the sealed values of rows. A row with a value that the key does not open is dropped, reason `sealed`. Notes
 * contain the number of opened values.
 */
export const restoreStage: RowStage<{ key: RedactionKey }> = {
  kind: "row",
  name: "restore",
  version: 2,
  run: (rows, { key }) => {
    const opened = rows.map((row) => {
      const texts = textSlots(row.fields).map(({ path, text }) => ({ path, ...unseal(key, text) }));
      const closed = texts.reduce((sum, text) => sum + text.closed, 0);
      const changed = texts.filter(({ opened: count }) => count > 0);
      const count = changed.reduce((sum, entry) => sum + entry.opened, 0);
      return { row: { ...row, fields: withTexts(row.fields, changed) }, closed, count };
    });
    return {
      kept: opened.filter(({ closed }) => closed === 0).map(({ row }) => row),
      dropped: opened
        .filter(({ closed }) => closed > 0)
        .map(({ row, closed }) => ({
          row,
          reason: "sealed",
          detail: `${closed} values encrypted with another key, or changed`,
          isTextHidden: true as const,
        })),
      notes: opened.filter(({ count }) => count > 0).map(({ row, count }) => ({ id: row.id, note: { opened: count } })),
    };
  },
};
