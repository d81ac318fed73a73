/** A table of a FlatBuffers message, read by field index. Throws RangeError if an offset is outside. */
export type FlatTable = {
  /** True if a field is present. */
  has: (field: number) => boolean;
  byte: (field: number) => number;
  long: (field: number) => number;
  table: (field: number) => FlatTable | undefined;
  /** Tables of a vector. */
  tables: (field: number) => FlatTable[];
  /** Structs of a vector, as views of their bytes. */
  structs: (field: number, bytes: number) => DataView[];
};

/**
 * Reads the root table of a FlatBuffers message.
 *
 * @source FlatBuffers internals, https://flatbuffers.dev/internals, read 2026-11: tables, vtables, vectors
 */
export function flatRoot(bytes: Uint8Array): FlatTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return tableOf(view, view.getUint32(0, true));
}

function tableOf(view: DataView, position: number): FlatTable {
  const vtable = position - view.getInt32(position, true);
  const vtableBytes = view.getUint16(vtable, true);
  const placeOf = (field: number): number => {
    const slot = 4 + field * 2;
    const offset = slot + 2 <= vtableBytes ? view.getUint16(vtable + slot, true) : 0;
    return offset === 0 ? 0 : position + offset;
  };
  const target = (place: number): number => place + view.getUint32(place, true);
  const vector = (field: number, width: number): { first: number; count: number } => {
    const place = placeOf(field);
    if (place === 0) return { first: 0, count: 0 };
    const start = target(place);
    const count = view.getUint32(start, true);
    if (start + 4 + count * width > view.byteLength) throw new RangeError("a vector is longer than its message");
    return { first: start + 4, count };
  };
  return {
    has: (field) => placeOf(field) !== 0,
    byte: (field) => (placeOf(field) === 0 ? 0 : view.getUint8(placeOf(field))),
    long: (field) => (placeOf(field) === 0 ? 0 : Number(view.getBigInt64(placeOf(field), true))),
    table: (field) => (placeOf(field) === 0 ? undefined : tableOf(view, target(placeOf(field)))),
    tables: (field) => {
      const { first, count } = vector(field, 4);
      return Array.from({ length: count }, (_, index) => tableOf(view, target(first + index * 4)));
    },
    structs: (field, bytes) => {
      const { first, count } = vector(field, bytes);
      return Array.from(
        { length: count },
        (_, index) => new DataView(view.buffer, view.byteOffset + first + index * bytes, bytes),
      );
    },
  };
}
