/** One field of a protobuf message: its number, and its value by wire type. */
export type ProtobufField = { number: number; varint: bigint; bytes: Uint8Array };

const NONE = new Uint8Array();

/**
 * Fields of a protobuf message in order.
 *
 * @param malformed  creates the error for invalid bytes
 */
export function* protobufFields(bytes: Uint8Array, malformed: () => Error): Iterable<ProtobufField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[place++];
      if (byte === undefined) throw malformed();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed();
  };
  while (place < bytes.length) {
    const tag = readVarint();
    const [number, type] = [Number(tag >> 3n), Number(tag & 7n)];
    if (number === 0) throw malformed();
    if (type === 0) yield { number, varint: readVarint(), bytes: NONE };
    else if (type === 1 || type === 5) {
      const width = type === 1 ? 8 : 4;
      if (place + width > bytes.length) throw malformed();
      const varint = type === 1 ? view.getBigUint64(place, true) : BigInt(view.getUint32(place, true));
      place += width;
      yield { number, varint, bytes: NONE };
    } else if (type === 2) {
      const length = Number(readVarint());
      if (place + length > bytes.length) throw malformed();
      yield { number, varint: 0n, bytes: bytes.subarray(place, place + length) };
      place += length;
    } else throw malformed();
  }
}
