import { textTable } from "../../../base/text-table.ts";
import { counted } from "../../../base/words.ts";
import type { GcReason, GcResult } from "../../../domain/gc.ts";
import { shownSize } from "../storing/shown-size.ts";
import { placeIn } from "../../../remote/storage.ts";

const WHY: Readonly<Record<GcReason, string>> = {
  unused: "not used by the last run or the current pipeline",
  unredacted: "rows before redaction; their lineage is kept",
  "cut-off": "left by an interrupted run",
};

/** Text of a plan. */
export function gcPlanText({ remove }: Pick<GcResult, "remove">): string {
  const right = (head: string) => ({ head, align: "right" as const });
  return textTable(
    [{ head: "path" }, right("files"), right("size"), { head: "written" }, { head: "why" }],
    remove.map(({ store, name, files, bytes, modifiedAt, why }) => [
      placeIn(store, name),
      String(files),
      shownSize(bytes),
      modifiedAt.slice(0, 10),
      WHY[why],
    ]),
  );
}

/** Result, on one line; after it, the folders that could not be verified. */
export function gcText(result: GcResult): string {
  return [resultLine(result), ...unverifiedLines(result)].join("\n");
}

function resultLine({ remove, keep, freedBytes, isDone }: GcResult): string {
  const size = shownSize(keep.reduce((sum, { bytes }) => sum + bytes, 0));
  const kept = `${counted(keep.length, "artefact")} kept, ${size}`;
  if (remove.length === 0) return `nothing to remove; ${kept}`;
  const items = counted(remove.length, "item");
  return isDone
    ? `${items} removed, ${shownSize(freedBytes)} freed; ${kept}`
    : `nothing is removed yet: ${items} would be removed and free ${shownSize(freedBytes)}; ${kept}`;
}

function unverifiedLines({ unverified }: GcResult): string[] {
  if (unverified.length === 0) return [];
  const folders = counted(unverified.length, "folder");
  return [
    `${folders} kept completely, because no valid seal shows that your runs wrote ${unverified.length === 1 ? "it" : "them"}; to free the space, remove by hand:`,
    ...unverified.map(({ store, name, bytes }) => `  ${placeIn(store, name)}  ${shownSize(bytes)}`),
  ];
}
