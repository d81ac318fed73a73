import { counted } from "../../base/words.ts";
import { textTable } from "../../base/text-table.ts";
import type { FreezeResult, FrozenCheck, FrozenManifest, VersionCounts, VersionDiff } from "../../domain/frozen.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of a frozen version. */
export function freezeText(result: FreezeResult): string {
  const { dir, after } = result;
  return [
    filesTable(result),
    "",
    ...signature(result),
    ...(after === null ? [] : [`after ${after.version}: ${countsText(after)}`]),
    `folder: ${dir}, read-only`,
  ].join("\n");
}

/** Text of a check of versions. */
export function checkText(checks: readonly FrozenCheck[]): string {
  return checks
    .map(({ dir, ok, manifest, findings, findingCount }) =>
      [
        `${dir}: ${ok ? "unchanged since it was frozen" : `${COUNT.format(findingCount)} ${findingCount === 1 ? "difference" : "differences"}`}`,
        ...(manifest === null
          ? []
          : [`${counted(manifest.rows, "row")} in ${counted(manifest.files.length, "file")}`, ...signature(manifest)]),
        ...findings.map(({ kind, file, row, byte, offset, detail }) => {
          const place = [
            row === null ? "" : `, row ${row}`,
            byte === null ? "" : `, byte ${byte}`,
            offset === null ? "" : ` (offset ${offset})`,
          ].join("");
          return `  ${kind}: ${file}${place}: ${detail}`;
        }),
        ...(findingCount > findings.length ? [`  and ${COUNT.format(findingCount - findings.length)} more`] : []),
      ].join("\n"),
    )
    .join("\n\n");
}

/** Text of the comparison of two versions. */
export function diffText({ from, to, samples, by, ...counts }: VersionDiff): string {
  const how =
    by === null
      ? "rows have no id: changed rows are matched by their words"
      : `changed rows are matched by their ${by}`;
  return [
    `${from} → ${to}: ${countsText(counts)}`,
    ...(samples.length === 0 ? [] : [how]),
    ...samples.flatMap(({ kind, file, row, id, text, was }) => [
      `  ${kind}: ${file}, row ${row}${id === null ? "" : `, ${by} ${id}`}: ${text}`,
      ...(was === null ? [] : [`    it was: ${was}`]),
    ]),
  ].join("\n");
}

function countsText({ unchanged, added, removed, changed }: VersionCounts): string {
  const rows = [
    `${counted(unchanged, "row")} unchanged`,
    `${COUNT.format(added)} added`,
    `${COUNT.format(removed)} removed`,
    changed === null ? "changed unknown: too many differ" : `${COUNT.format(changed)} changed`,
  ];
  return rows.join(", ");
}

function signature({ by, reason, createdAt, digest, month }: FrozenManifest): string[] {
  return [
    `${month === null ? "frozen" : `replay set of ${month}, frozen`} ${createdAt} by ${by}: ${reason}`,
    `digest: ${digest}`,
  ];
}

function filesTable({ files }: FrozenManifest): string {
  return textTable(
    [{ head: "file" }, { head: "rows", align: "right" }, { head: "bytes", align: "right" }, { head: "SHA-256" }],
    files.map(({ file, rows, bytes, sha256 }) => [file, COUNT.format(rows), COUNT.format(bytes), sha256]),
  );
}
