import { textTable } from "../../base/text-table.ts";
import { counted, percent, whole } from "../../base/words.ts";
import type { WatchImport } from "../../domain/watch-import.ts";

/** Text of an import. */
export function importText({ files, redacted, stored, sample, slices, embedder, embeddingUsd }: WatchImport): string {
  const table = textTable(
    [
      { head: "file" },
      { head: "rows", align: "right" },
      { head: "imported", align: "right" },
      { head: "known", align: "right" },
      { head: "not sampled", align: "right" },
      { head: "rejected", align: "right" },
    ],
    files.map((file) => [
      file.path,
      whole(file.rows),
      whole(file.imported),
      whole(file.known),
      whole(file.notSampled),
      whole(file.rejected.reduce((sum, { rows }) => sum + rows, 0)),
    ]),
  );
  const reasons = files.flatMap(({ path, rejected }) =>
    rejected.map(
      ({ reason, rows, firstLine }) =>
        `rejected ${counted(rows, "row")}, first ${path}${firstLine === null ? "" : `, line ${firstLine}`}: ${reason}`,
    ),
  );
  const withoutText = files.reduce((sum, file) => sum + file.withoutText, 0);
  const buckets = files.reduce((sum, file) => sum + file.buckets, 0);
  const spans = redacted.reduce((sum, entry) => sum + entry.spans, 0);
  return [
    table,
    "",
    ...reasons,
    spans === 0
      ? "personal data: none found"
      : `personal data replaced before storage: ${redacted.map(({ entity, spans: count }) => `${entity} ${whole(count)}`).join(", ")}`,
    ...(withoutText === 0
      ? []
      : [
          `without texts, from exports of usage: ${counted(withoutText, "request")}; only latency and cost are watched`,
        ]),
    ...(buckets === 0
      ? []
      : [
          `sums of usage: ${counted(buckets, "row")}; only the number of requests and, at list prices, their mean cost are watched`,
        ]),
    ...(sample < 1 || slices.length > 0
      ? [
          `sample: ${[`${percent(sample)} of requests, by a hash of their id`, ...slices.map(({ slice, share }) => `slice ${slice} ${percent(share)}`)].join("; ")}`,
        ]
      : []),
    ...(embedder === null ? [] : [`vectors: ${embedder}${embeddingUsd === null ? "" : `, ${embeddingUsd} USD`}`]),
    `stored: ${counted(stored.rows, "request")}${stored.buckets === 0 ? "" : ` and ${counted(stored.buckets, "sum")} of usage`}${stored.from === null ? "" : ` from ${stored.from} to ${stored.to}`}`,
  ].join("\n");
}
