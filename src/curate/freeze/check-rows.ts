import { open } from "node:fs/promises";

import type { FrozenFile, FrozenFinding } from "../../domain/frozen.ts";
import { type ChangedByte, changedByte } from "./changed-byte.ts";
import { fileLines } from "./frozen-folder.ts";
import { type RowSeal, rowSeal } from "./row-seal.ts";

/** A file of a version with the seals of its rows. */
export type SealedFile = { file: Pick<FrozenFile, "file" | "bytes">; seals: readonly RowSeal[] };

/** Takes what is found. */
export type Find = (finding: FrozenFinding) => void;

/**
 * Finds the rows of a file that are not as they were frozen. A file of the same size is compared row by row at the places
 * where its rows were, so that a line feed that was changed is found as well; another by its lines.
 */
export async function checkRows(path: string, sealed: SealedFile, find: Find): Promise<void> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size !== sealed.file.bytes) {
      await checkLines(path, sealed, find);
      return;
    }
    let offset = 0;
    for (const [index, seal] of sealed.seals.entries()) {
      const row = Buffer.alloc(seal.bytes);
      await file.read(row, 0, seal.bytes, offset);
      reportRow({ file: sealed.file.file, row: index + 1, offset }, { bytes: row, seal }, find);
      offset += seal.bytes;
    }
  } finally {
    await file.close();
  }
}

function reportRow(
  { file, row, offset }: { file: string; row: number; offset: number },
  { bytes, seal }: { bytes: Uint8Array; seal: RowSeal },
  find: Find,
): void {
  if (rowSeal(bytes).sha256 === seal.sha256) return;
  const changed = changedByte(bytes, seal);
  if (changed === undefined) {
    const detail =
      bytes.length === seal.bytes
        ? "it differs in more than one byte"
        : `it has ${bytes.length} bytes, it had ${seal.bytes}`;
    find({ kind: "changed-row", file, row, byte: null, offset, detail });
    return;
  }
  find(byteFinding(file, { row, offset: offset + changed.place, ...changed }));
}

/** A single byte that is not what it was; `place` from 0 in its row. */
export function byteFinding(
  file: string,
  { row, place, offset, was, is }: ChangedByte & { row: number; offset: number },
): FrozenFinding {
  const bits = was ^ is;
  const detail = `it is ${hex(is)}, it was ${hex(was)}${(bits & (bits - 1)) === 0 ? ", one bit" : ""}`;
  return { kind: "changed-row", file, row, byte: place + 1, offset, detail };
}

/** Rows that are gone, that were put in or that stand elsewhere: the lines of the file against the seals, by their hashes. */
async function checkLines(path: string, { file: { file }, seals }: SealedFile, find: Find): Promise<void> {
  const missing = new Map<string, number>();
  for (const { sha256 } of seals) missing.set(sha256, (missing.get(sha256) ?? 0) + 1);
  const lines: { sha256: string; bytes: number }[] = [];
  for await (const line of fileLines(path)) {
    const { sha256 } = rowSeal(line);
    const count = missing.get(sha256);
    if (count !== undefined) missing.set(sha256, count - 1);
    lines.push({ sha256: count === undefined || count === 0 ? "" : sha256, bytes: line.length });
  }
  let [expected, actual, offset] = [0, 0, 0];
  const skip = (): void => {
    offset += lines[actual]!.bytes;
    actual += 1;
  };
  while (expected < seals.length || actual < lines.length) {
    const [seal, line] = [seals[expected], lines[actual]];
    const isGone = seal !== undefined && (missing.get(seal.sha256) ?? 0) > 0;
    if (seal !== undefined && line?.sha256 === seal.sha256) {
      expected += 1;
      skip();
    } else if (isGone && line?.sha256 === "") {
      const detail = `it has ${line.bytes} bytes, it had ${seal.bytes}`;
      find({ kind: "changed-row", file, row: expected + 1, byte: null, offset, detail });
      missing.set(seal.sha256, missing.get(seal.sha256)! - 1);
      expected += 1;
      skip();
    } else if (isGone) {
      find({ kind: "missing-row", file, row: expected + 1, byte: null, offset, detail: "it is gone" });
      missing.set(seal.sha256, missing.get(seal.sha256)! - 1);
      expected += 1;
    } else if (line?.sha256 === "") {
      find({ kind: "extra-row", file, row: actual + 1, byte: null, offset, detail: "it was not frozen" });
      skip();
    } else {
      if (seal !== undefined) {
        find({ kind: "moved-row", file, row: expected + 1, byte: null, offset, detail: "it stands in another place" });
        expected += 1;
      }
      if (line !== undefined) skip();
    }
  }
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
