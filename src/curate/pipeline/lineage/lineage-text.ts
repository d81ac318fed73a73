import { textTable } from "../../../base/text-table.ts";
import { counted } from "../../../base/words.ts";
import type { DataLineage, LineageFile, RowLineage } from "../../../domain/data-lineage.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Digits of a hash in text output. */
const SHOWN = 16;

/** Text of the lineage of a programme's rows. */
export function lineageText({ sources, stages, out, parts }: DataLineage): string {
  const right = (head: string) => ({ head, align: "right" as const });
  return [
    textTable(
      [{ head: "source" }, { head: "licence" }, { head: "origin" }, right("bytes"), { head: "sha256" }],
      sources.map(({ source, licence, origin, bytes, sha256 }) => [
        source,
        licence ?? "unknown",
        origin ?? "unknown",
        COUNT.format(bytes),
        sha256.slice(0, SHOWN),
      ]),
    ),
    "",
    textTable(
      [
        { head: "stage" },
        right("version"),
        right("rows in"),
        right("rows kept"),
        { head: "artefact" },
        { head: "rows' sha256" },
      ],
      stages.map(({ stage, version, rowsIn, rowsKept, artefact, sha256 }) => [
        stage,
        String(version),
        COUNT.format(rowsIn),
        COUNT.format(rowsKept),
        artefact,
        sha256.slice(0, SHOWN),
      ]),
    ),
    "",
    ...(out === null ? ["no file with these rows: run the pipeline to its end"] : [out, ...parts].map(fileText)),
  ].join("\n");
}

function fileText({ path, part, rows, sha256 }: LineageFile): string {
  const what = part === null ? "rows" : `rows of the part ${part}`;
  return `${what}: ${path}, ${counted(rows, "row")}, sha256 ${sha256.slice(0, SHOWN)}`;
}

/** Text of the lineage of one row. */
export function rowLineageText({ id, source, line, licence, steps }: RowLineage): string {
  return [
    `row ${id}: ${source}, line ${line}; licence ${licence ?? "unknown"}`,
    ...steps.flatMap(({ stage, outcome, reason, detail, notes }) => [
      `${stage}: ${[outcome, reason, detail].filter((part) => part !== null).join("; ")}`,
      ...notes.map((note) => `  ${JSON.stringify(note)}`),
    ]),
  ].join("\n");
}
