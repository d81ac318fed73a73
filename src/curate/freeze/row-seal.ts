import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * Seal of one row, including its line feed. The SHA-256 proves the row; the CRC locates a changed byte: see
 * `changedByte`.
 */
export type RowSeal = { sha256: string; crc32: number; bytes: number };

/** Seals the bytes of a row. */
export function rowSeal(bytes: Uint8Array): RowSeal {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), crc32: crc32(bytes), bytes: bytes.length };
}

/** A seal as a line of an index: `sha256 crc32 bytes`. */
export function sealLine({ sha256, crc32: crc, bytes }: RowSeal): string {
  return `${sha256} ${crc.toString(16).padStart(8, "0")} ${bytes}\n`;
}

/** The seals of an index, in the order of the rows; undefined if a line is invalid. */
export function sealsOf(text: string): RowSeal[] | undefined {
  const seals: RowSeal[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const found = /^([0-9a-f]{64}) ([0-9a-f]{8}) (\d{1,15})$/.exec(line);
    if (found === null) return undefined;
    seals.push({ sha256: found[1]!, crc32: Number.parseInt(found[2]!, 16), bytes: Number(found[3]) });
  }
  return text.endsWith("\n") || text === "" ? seals : undefined;
}
