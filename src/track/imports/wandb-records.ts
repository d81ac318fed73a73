import { crc32 } from "node:zlib";

import { Failure } from "../../base/failure.ts";

/** A file begins with ":W&B", a magic number and the version. */
const HEAD_BYTES = 7;
const IDENT = ":W&B";

/** Records are stored in blocks. Each part has a checksum, a length and a kind, as in LevelDB's log. */
const BLOCK_BYTES = 32_768;
const PART_HEAD_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/**
 * Records of a `.wandb` file. A truncated last record, for example after a kill, ends the file.
 *
 * @throws Failure bad_input for another kind of file, or a wrong checksum
 * @source wandb 0.31, sdk/internal/datastore and core/pkg/leveldb: format of the file
 */
export function* wandbRecords(file: Buffer, shown: string): Iterable<Buffer> {
  if (file.subarray(0, IDENT.length).toString("latin1") !== IDENT) {
    throw new Failure("bad_input", `${shown} is not a W&B file`, { hint: "pass a run-ID.wandb file or its folder" });
  }
  let place = HEAD_BYTES;
  let parts: Buffer[] = [];
  while (place + PART_HEAD_BYTES <= file.length) {
    const left = BLOCK_BYTES - (place % BLOCK_BYTES);
    if (left < PART_HEAD_BYTES) {
      place += left;
      continue;
    }
    const [checksum, length, kind] = [file.readUInt32LE(place), file.readUInt16LE(place + 4), file[place + 6]!];
    const data = file.subarray(place + PART_HEAD_BYTES, place + PART_HEAD_BYTES + length);
    if (data.length < length || (kind === 0 && length === 0)) return;
    if (crc32(data, crc32(Buffer.from([kind]))) !== checksum) {
      throw new Failure("bad_input", `${shown} is corrupt: checksum mismatch at byte ${place}`, {
        hint: "copy the file again from its source",
      });
    }
    place += PART_HEAD_BYTES + length;
    if (kind === FULL || kind === FIRST) parts = [];
    parts.push(data);
    if (kind === FULL || kind === LAST) yield Buffer.concat(parts);
  }
}
