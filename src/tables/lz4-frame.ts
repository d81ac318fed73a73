/**
 * Decompresses LZ4 frames (lz4_Frame_format.md 1.6.4 of the LZ4 project, read 2026-11): a compression format of Feather
 * files. Checksums of headers, blocks and content are verified.
 *
 * @param hash   XXH32 of bytes, with the seed 0
 * @throws Error if the data are truncated or damaged, or come to more than the limit
 */
export function lz4Frame(data: Uint8Array, limitBytes: number, hash: (bytes: Uint8Array) => number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const output = { bytes: new Uint8Array(Math.min(limitBytes, data.length * 4 + 65_536)), length: 0 };
  let position = 0;
  while (position < data.length) {
    if (view.getUint32(position, true) !== 0x184d2204) throw new Error("the LZ4 data is corrupt");
    const flags = data[position + 4]!;
    const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
    const descriptorEnd = position + 4 + 2 + (has(3) ? 8 : 0) + (has(0) ? 4 : 0);
    const isHeader = ((hash(data.subarray(position + 4, descriptorEnd)) >>> 8) & 0xff) === data[descriptorEnd];
    if (!isHeader || flags >> 6 !== 1) throw new Error("the LZ4 data is corrupt: header checksum mismatch");
    const stated = has(3) ? view.getBigUint64(position + 6, true) : undefined;
    const start = output.length;
    position = descriptorEnd + 1;
    for (;;) {
      const size = view.getUint32(position, true);
      position += 4;
      if (size === 0) break;
      const length = size & 0x7fff_ffff;
      const block = data.subarray(position, position + length);
      if (block.length < length) throw new Error("the LZ4 data is truncated");
      if (has(4)) mustBe(view.getUint32(position + length, true), hash(block));
      if (size > 0x7fff_ffff) append(output, block, limitBytes);
      else inflate(output, block, limitBytes);
      position += length + (has(4) ? 4 : 0);
    }
    const content = output.bytes.subarray(start, output.length);
    if (stated !== undefined && stated !== BigInt(content.length))
      throw new Error("the LZ4 data has another length than stated");
    if (has(2)) mustBe(view.getUint32(position, true), hash(content));
    position += has(2) ? 4 : 0;
  }
  return output.bytes.subarray(0, output.length);
}

function mustBe(stated: number, found: number): void {
  if (stated !== found) throw new Error("the LZ4 data is corrupt: checksum mismatch");
}

type Output = { bytes: Uint8Array; length: number };

function grow(output: Output, more: number, limitBytes: number): void {
  const needed = output.length + more;
  if (needed > limitBytes) throw new Error(`a batch has more than ${limitBytes} bytes`);
  if (needed <= output.bytes.length) return;
  const larger = new Uint8Array(Math.min(limitBytes, Math.max(needed, output.bytes.length * 2)));
  larger.set(output.bytes.subarray(0, output.length));
  output.bytes = larger;
}

function append(output: Output, bytes: Uint8Array, limitBytes: number): void {
  grow(output, bytes.length, limitBytes);
  output.bytes.set(bytes, output.length);
  output.length += bytes.length;
}

/** One block: runs of literals, each except the last followed by a copy of earlier output. */
function inflate(output: Output, block: Uint8Array, limitBytes: number): void {
  let position = 0;
  const next = (): number => {
    const byte = block[position];
    if (byte === undefined) throw new Error("the LZ4 data is truncated");
    position += 1;
    return byte;
  };
  const lengthOf = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let length = nibble;
    for (let byte = 255; byte === 255;) {
      byte = next();
      length += byte;
    }
    return length;
  };
  while (position < block.length) {
    const token = next();
    const literals = lengthOf(token >> 4);
    if (position + literals > block.length) throw new Error("the LZ4 data is truncated");
    append(output, block.subarray(position, position + literals), limitBytes);
    position += literals;
    if (position === block.length) return;
    const offset = next() + next() * 256;
    const length = lengthOf(token & 15) + 4;
    if (offset === 0 || offset > output.length) throw new Error("the LZ4 data is corrupt");
    grow(output, length, limitBytes);
    const { bytes } = output;
    // Byte by byte, because a copy may overlap the bytes that it writes.
    for (let end = output.length + length; output.length < end; output.length++) {
      bytes[output.length] = bytes[output.length - offset]!;
    }
  }
}
