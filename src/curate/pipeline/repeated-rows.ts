import { counted, whole } from "../../base/words.ts";
import type { PipelineStage } from "../../domain/data-pipeline.ts";
import type { RowFields } from "../../domain/dataset-profile.ts";
import { contentHash } from "../exact/exact-stage.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { readRows } from "./reading/read-rows.ts";

/** Stages that compare all rows and drop equal ones. */
const DROPS_EQUAL: ReadonlySet<string> = new Set(["dedup", "exact"]);

/** Stages that change texts, so that rows which were different become equal. */
const CHANGES_TEXT: ReadonlySet<string> = new Set(["import", "redact", "labels"]);

/** The last stage that changes texts, if no later stage drops rows that it made equal. */
function unchecked(stages: readonly { stage: string }[]): string | undefined {
  const names = stages.map(({ stage }) => stage);
  const last = names.findLastIndex((name) => CHANGES_TEXT.has(name));
  return last === -1 || names.slice(last).some((name) => DROPS_EQUAL.has(name)) ? undefined : names[last];
}

/**
 * Counts the rows of an output file that train the same texts as an earlier row of it: the duplicates of `data inspect`,
 * which a study does not count.
 */
async function repeatedRows(path: string, fields?: RowFields): Promise<{ rows: number; repeated: number }> {
  const seen = hashIndex();
  let [rows, repeated] = [0, 0];
  for await (const block of readRows(path, { source: path })) {
    for (const row of block.rows) {
      rows += 1;
      const hash = contentHash(row, { fields });
      const view = new DataView(hash.buffer, hash.byteOffset, hash.length);
      if (seen.firstPlace(view.getUint32(0), view.getUint32(4), rows) !== undefined) repeated += 1;
    }
  }
  return { rows, repeated };
}

/** Warning about rows of an output file that a stage made equal; undefined if there are none. */
export async function repeatWarning(stages: readonly PipelineStage[], out: string | null): Promise<string | undefined> {
  const stage = unchecked(stages);
  if (stage === undefined || out === null) return undefined;
  const { rows, repeated } = await repeatedRows(
    out,
    stages.flatMap((item) => (item.stage === "trainable" ? [item.fields] : []))[0],
  );
  if (repeated === 0) return undefined;
  return `${whole(repeated)} of ${counted(rows, "row")} ${repeated === 1 ? "repeats" : "repeat"} an earlier one, because ${stage} makes rows equal: data inspect and the study count ${whole(rows - repeated)}. Put \`- stage: dedup\` after ${stage} to drop them`;
}
