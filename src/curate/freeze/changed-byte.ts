import { crc32 } from "node:zlib";

import { rowSeal, type RowSeal } from "./row-seal.ts";

/** A changed byte: its position from 0, and both values. */
export type ChangedByte = { place: number; was: number; is: number };

/**
 * Effect of each byte on a CRC-32, and the byte for each value of the upper eight bits, which differ for all 256 bytes.
 */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
const BYTE_OF = Uint8Array.from({ length: 256 }, (_, upper) => TABLE.findIndex((crc) => crc >>> 24 === upper));

/**
 * Finds the changed byte of a row if only one byte was changed.
 * A CRC is linear: the difference between the CRC of the row and that in the seal equals the effect of the changed byte
 * alone, followed by as many zero bytes as come after it. The difference is therefore stepped back, one zero byte at a
 * time, until it is that of a single byte; this takes one step for each byte of the row. The SHA-256 of the row with
 * the byte restored confirms the result.
 */
export function changedByte(row: Uint8Array, seal: RowSeal): ChangedByte | undefined {
  if (row.length !== seal.bytes) return undefined;
  let rest = (crc32(row) ^ seal.crc32) >>> 0;
  const whole = Uint8Array.from(row);
  for (let place = row.length - 1; place >= 0; place--) {
    const byte = BYTE_OF[rest >>> 24]!;
    if (TABLE[byte] === rest && byte !== 0) {
      const is = row[place]!;
      whole[place] = is ^ byte;
      if (rowSeal(whole).sha256 === seal.sha256) return { place, was: is ^ byte, is };
      whole[place] = is;
    }
    rest = (((rest ^ TABLE[byte]!) << 8) | byte) >>> 0;
  }
  return undefined;
}
