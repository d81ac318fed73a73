import { atomicFile, type AtomicFile, refuseOverwrite, refuseSameFile } from "../../../base/atomic-file.ts";
import { rowTexts } from "../../rows/source-text.ts";
import type { DroppedRow, StageResult } from "../../stage.ts";
import type { Shard } from "./stage-shards.ts";

/** Output files of a stand-alone command. */
export type RowTargets = {
  /** File for the kept rows as JSONL: an unchanged row as read, byte for byte. Default: not written. */
  out?: string | undefined;
  /**
   * File for the dropped rows: `{id, source, line, reason, detail, fields}` per line; without fields if a line could
   * not be read.
   */
  dropped?: string | undefined;
  /** File for the notes: `{id, source, line, note}` per line. */
  notes?: string | undefined;
  /** Replace existing files. */
  overwrite?: boolean | undefined;
};

/** Files that are written atomically. */
export type RowSinks = {
  /** Adds the result of a stage for some rows; `dropped` of them are lines that could not be read as rows. */
  write: (
    shard: Pick<Shard, "rows"> & { dropped?: readonly DroppedRow[] | undefined },
    result: StageResult,
  ) => Promise<void>;
  /** Renames all files to their final names. */
  commit: () => Promise<void>;
  /** Discards the files; has no effect after `commit`. */
  abort: () => Promise<void>;
};

/**
 * Opens the requested files.
 *
 * @param inputs files that are being read
 * @throws Failure bad_input if one already exists, is named twice or is an input
 */
export async function rowSinks(
  { out, dropped, notes, overwrite }: RowTargets,
  inputs: readonly string[],
): Promise<RowSinks> {
  refuseSameFile([out, dropped, notes], inputs);
  for (const path of [out, dropped, notes]) if (path !== undefined) refuseOverwrite(path, overwrite ?? false);
  const opened: AtomicFile[] = [];
  const opening = async (path: string | undefined): Promise<AtomicFile | undefined> => {
    if (path === undefined) return undefined;
    const file = await atomicFile(path);
    opened.push(file);
    return file;
  };
  const files = { out: await opening(out), dropped: await opening(dropped), notes: await opening(notes) };
  return {
    write: async ({ rows, dropped: broken = [] }, result) => {
      const textOf = rowTexts(rows);
      await files.out?.write(result.kept.map((row) => `${textOf(row)}\n`).join(""));
      const unread = broken.map(({ row: { fields: _none, ...place }, reason, detail }) => ({
        ...place,
        reason,
        detail,
      }));
      const dropped = result.dropped.map(({ row, reason, detail }) => {
        const { fields: _fields, ...place } = row;
        return `${JSON.stringify({ ...place, reason, detail }).slice(0, -1)},"fields":${textOf(row)}}\n`;
      });
      await files.dropped?.write(jsonLines(unread) + dropped.join(""));
      if (files.notes === undefined || result.notes.length === 0) return;
      const places = new Map(rows.map(({ id, source, line }) => [id, { source, line }]));
      await files.notes.write(jsonLines(result.notes.map(({ id, note }) => ({ id, ...places.get(id), note }))));
    },
    commit: async () => {
      for (const file of opened) await file.commit();
    },
    abort: async () => {
      for (const file of opened) await file.abort();
    },
  };
}

/** Values as lines of JSON. */
function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
