/** Array types that can be packed. */
export type Packed = Uint8Array | Uint32Array | Float64Array;

const KINDS = [Uint8Array, Uint32Array, Float64Array] as const;

/** Alignment of the arrays in bytes, so that they can be read without a copy. */
const ALIGNMENT = 8;

/**
 * Packs arrays of numbers into bytes: their count, then the type and length of each, then their elements in
 * little-endian order.
 */
export function packArrays(arrays: readonly Packed[]): Uint8Array<ArrayBuffer> {
  const head = new Uint32Array(1 + 2 * arrays.length);
  head[0] = arrays.length;
  for (const [index, array] of arrays.entries()) {
    head[1 + 2 * index] = KINDS.findIndex((kind) => array instanceof kind);
    head[2 + 2 * index] = array.length;
  }
  const parts = [head, ...arrays].map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + aligned(part.length), 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += aligned(part.length);
  }
  return bytes;
}

/** The arrays of `packArrays`: as views of the bytes, or as copies if the alignment requires it. */
export function unpackArrays(bytes: Uint8Array): Packed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  let position = aligned(4 + 8 * count);
  return Array.from({ length: count }, (_, index) => {
    const kind = KINDS[view.getUint32(4 + 8 * index, true)]!;
    const length = view.getUint32(8 + 8 * index, true);
    const from = position;
    position += aligned(length * kind.BYTES_PER_ELEMENT);
    if ((bytes.byteOffset + from) % ALIGNMENT === 0)
      return new kind(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, length);
    return new kind(Uint8Array.from(bytes.subarray(from, from + length * kind.BYTES_PER_ELEMENT)).buffer);
  });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Texts as one array, one per line: they must not contain line feeds. */
export function packTexts(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.join("\n"));
}

/** The texts of `packTexts`. */
export function unpackTexts(bytes: Packed): string[] {
  return new TextDecoder().decode(bytes).split("\n");
}
