import type { LeftOut, WatchImportFile } from "../../domain/watch-import.ts";

/** Counts the outcomes of the rows of a file. Each function counts one row. */
export type ImportTally = {
  take: (hasText: boolean) => void;
  /** A sum of requests. */
  takeBucket: () => undefined;
  know: () => undefined;
  leaveOut: () => undefined;
  reject: (reason: string, line: number | null) => undefined;
  result: () => Omit<WatchImportFile, "path" | "sha256">;
};

/** A tally of a file's rows; reasons that differ only in a number or a quoted value are merged. */
export function importTally(): ImportTally {
  const counts = { imported: 0, known: 0, notSampled: 0 };
  let [withoutText, buckets] = [0, 0];
  const reasons = new Map<string, LeftOut>();
  return {
    take: (hasText) => {
      counts.imported += 1;
      if (!hasText) withoutText += 1;
    },
    takeBucket: () => {
      counts.imported += 1;
      buckets += 1;
    },
    know: () => {
      counts.known += 1;
    },
    leaveOut: () => {
      counts.notSampled += 1;
    },
    reject: (reason, line) => {
      const key = reason.replaceAll(/-?\d[\d.,:TZ+-]*|"[^"]*"/g, "#");
      const found = reasons.get(key);
      if (found !== undefined) found.rows += 1;
      else reasons.set(key, { reason, rows: 1, firstLine: line });
    },
    result: () => {
      const rejected = [...reasons.values()];
      const left = rejected.reduce((sum, { rows }) => sum + rows, 0);
      return {
        rows: counts.imported + counts.known + counts.notSampled + left,
        ...counts,
        withoutText,
        buckets,
        rejected,
      };
    },
  };
}
