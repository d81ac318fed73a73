import { open, stat } from "node:fs/promises";

import type { FrozenFile, FrozenFinding } from "../../domain/frozen.ts";
import { type ChangedByte, changedByte } from "./changed-byte.ts";
import { fileLines } from "./frozen-folder.ts";
import { type RowSeal, rowSeal } from "./row-seal.ts";

/** A file of a version with the seals of its rows. */
export type SealedFile = { file: Pick<FrozenFile, "file" | "bytes">; seals: readonly RowSeal[] };

/** Receives each finding. */
export type Find = (finding: FrozenFinding) => void;

/**
 * Finds the changed rows of a file. If the size of the file is unchanged, its rows are compared at their original
 * positions, so that a changed line feed is found as well. Otherwise it is compared by lines, and also if more than a
 * byte differs in a row and this gives a shorter report, because rows may have been reordered.
 */
export async function checkRows(path: string, sealed: SealedFile, find: Find): Promise<void> {
  const { size } = await stat(path);
  if (size !== sealed.file.bytes) {
    await checkLines(path, sealed, find);
    return;
  }
  const [inPlace, byLines] = [gathered(), gathered()];
  await checkPlaces(path, sealed, inPlace.find);
  if (inPlace.found.some(({ byte }) => byte === null)) await checkLines(path, sealed, byLines.find);
  const isShorter = byLines.found.length > 0 && byLines.found.length < inPlace.found.length;
  for (const finding of isShorter ? byLines.found : inPlace.found) find(finding);
}

function gathered(): { found: FrozenFinding[]; find: Find } {
  const found: FrozenFinding[] = [];
  return { found, find: (finding) => void found.push(finding) };
}

async function checkPlaces(path: string, sealed: SealedFile, find: Find): Promise<void> {
  const file = await open(path, "r");
  try {
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
        : `it has ${bytes.length} bytes instead of ${seal.bytes}`;
    find({ kind: "changed-row", file, row, byte: null, offset, detail });
    return;
  }
  find(byteFinding(file, { row, offset: offset + changed.place, ...changed }));
}

/** A single changed byte; `place` is its position in the row, from 0. */
export function byteFinding(
  file: string,
  { row, place, offset, was, is }: ChangedByte & { row: number; offset: number },
): FrozenFinding {
  const bits = was ^ is;
  const detail = `it is ${hex(is)} instead of ${hex(was)}${(bits & (bits - 1)) === 0 ? ", one bit" : ""}`;
  return { kind: "changed-row", file, row, byte: place + 1, offset, detail };
}

/** A line of a file: the hash of its bytes if a frozen row has this hash, otherwise empty. */
type Line = { sha256: string; bytes: number; rewritten: string | undefined };

/** Finds rows that were removed, inserted or moved: the lines of the file are compared with the seals by hash. */
async function checkLines(path: string, { file: { file }, seals }: SealedFile, find: Find): Promise<void> {
  const { lines, missing } = await readLines(path, seals);
  const rewritten = lines[0]?.rewritten;
  if (rewritten !== undefined && lines.length === seals.length && lines.every((line) => line.rewritten === rewritten)) {
    const detail = `${rewritten} in all ${lines.length} rows; there are no other differences`;
    find({ kind: "changed-file", file, row: null, byte: null, offset: null, detail });
    return;
  }
  const [gone, moved] = [new Set<string>(), new Map<string, number>()];
  const isMoved = (sha256: string): boolean => (moved.get(sha256) ?? 0) > 0;
  const count = (sha256: string, by: number): void => void moved.set(sha256, (moved.get(sha256) ?? 0) + by);
  for (const [sha256, times] of missing) if (times > 0) gone.add(sha256);
  let [expected, actual, offset] = [0, 0, 0];
  const skip = (): void => {
    offset += lines[actual]!.bytes;
    actual += 1;
  };
  const report = (kind: FrozenFinding["kind"], row: number, detail: string): void =>
    find({ kind, file, row, byte: null, offset, detail });
  while (expected < seals.length || actual < lines.length) {
    const [seal, line] = [seals[expected], lines[actual]];
    const isGone = seal !== undefined && gone.has(seal.sha256) && missing.get(seal.sha256)! > 0;
    if (seal !== undefined && line?.sha256 === seal.sha256) {
      expected += 1;
      skip();
    } else if (isGone) {
      missing.set(seal.sha256, missing.get(seal.sha256)! - 1);
      expected += 1;
      if (line?.sha256 === "") {
        report("changed-row", expected, line.rewritten ?? `it has ${line.bytes} bytes instead of ${seal.bytes}`);
        skip();
      } else report("missing-row", expected, "it is missing");
    } else if (line?.sha256 === "") {
      report("extra-row", actual + 1, "it is not part of the version");
      skip();
    } else if (line !== undefined && isMoved(line.sha256)) {
      count(line.sha256, -1); // named at its old place
      skip();
    } else if (seal !== undefined && isMoved(seal.sha256)) {
      count(seal.sha256, -1); // named at its new place
      expected += 1;
    } else if (line !== undefined && (seal === undefined || lines[actual + 1]?.sha256 === seal.sha256)) {
      const row = seals.findIndex(({ sha256 }, place) => place > expected && sha256 === line.sha256);
      if (row === -1) report("extra-row", actual + 1, "duplicate row");
      else {
        report("moved-row", row + 1, `it is now row ${actual + 1}`);
        count(line.sha256, 1);
      }
      skip();
    } else {
      report("moved-row", expected + 1, "it has moved");
      count(seal!.sha256, 1);
      expected += 1;
    }
  }
}

/** The lines of a file, and how often each frozen row is missing from them. */
async function readLines(
  path: string,
  seals: readonly RowSeal[],
): Promise<{ lines: Line[]; missing: Map<string, number> }> {
  const missing = new Map<string, number>();
  for (const { sha256 } of seals) missing.set(sha256, (missing.get(sha256) ?? 0) + 1);
  const lines: Line[] = [];
  for await (const bytes of fileLines(path)) {
    const { sha256 } = rowSeal(bytes);
    const times = missing.get(sha256);
    if (times !== undefined) missing.set(sha256, times - 1);
    const isKnown = times !== undefined && times > 0;
    const rewritten = isKnown || times !== undefined ? undefined : rewriting(bytes, missing);
    lines.push({ sha256: isKnown ? sha256 : "", bytes: bytes.length, rewritten });
  }
  return { lines, missing };
}

/** Change that another program made to the text of a row; undefined if that does not explain the difference. */
function rewriting(bytes: Buffer, seals: ReadonlyMap<string, unknown>): string | undefined {
  const isRow = (text: Buffer): boolean => seals.has(rowSeal(text).sha256);
  const isCrLf = bytes.at(-2) === 13 && bytes.at(-1) === 10;
  const body = bytes.subarray(0, bytes.length - (isCrLf ? 2 : bytes.at(-1) === 10 ? 1 : 0));
  if (isCrLf && isRow(Buffer.concat([body, LF]))) return "the line ending is CR LF instead of LF";
  if (!isCrLf && isRow(Buffer.concat([body, CR_LF]))) return "the line ending is LF instead of CR LF";
  if (bytes.at(-1) !== 10 && isRow(Buffer.concat([body, LF]))) return "the line ending is missing";
  if (body.subarray(0, 3).equals(BYTE_ORDER_MARK) && isRow(bytes.subarray(3)))
    return "a byte order mark was added before it";
  return undefined;
}

const LF = Buffer.from("\n");
const CR_LF = Buffer.from("\r\n");
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
