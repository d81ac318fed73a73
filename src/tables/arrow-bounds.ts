import { isUtf8 } from "node:buffer";

import type { Data } from "apache-arrow";

import type { ArrowTypes } from "./arrow-json.ts";

/** Maximum number of values that take no bytes (columns of the type null); more are implausible for real data. */
const MAX_EMPTY_VALUES = 2 ** 24;

/**
 * Problem of a decoded column: values, offsets and indices must lie within their buffers, offsets must not decrease,
 * text must be UTF-8, and the null count must be correct. A column that passes can be read completely, in time and
 * memory bounded by its size.
 *
 * @source Arrow columnar format 1.5, "Physical memory layout"; the checks are those of pyarrow's `validate(full=True)`
 */
export function columnProblem(
  data: Data,
  types: ArrowTypes,
  checked: WeakSet<Data> = new WeakSet(),
): string | undefined {
  if (checked.has(data)) return undefined;
  checked.add(data);
  const { type, length, offset, children } = data;
  const end = offset + length;
  if (types.isNull(type)) return length > MAX_EMPTY_VALUES ? `${length} values of the type null` : undefined;
  const bitmap = data.nullBitmap;
  const hasBitmap = bitmap !== undefined && bitmap !== null && bitmap.length > 0;
  if (hasBitmap && bitmap.length * 8 < end) return "its null bitmap is too short";
  if (hasBitmap && countNulls(bitmap, offset, end) !== data.nullCount)
    return "the number of its nulls differs from the stated number";
  if (!hasBitmap && data.nullCount > 0) return "it states nulls but has no null bitmap";
  const isListed = types.isList(type) || types.isMap(type);
  const isText = types.isUtf8(type) || types.isLargeUtf8(type);
  if (isListed || isText || types.isBinary(type) || types.isLargeBinary(type)) {
    const within = isListed ? children[0]!.length : (data.values as Uint8Array).length;
    const problem = offsetProblem(data.valueOffsets as Offsets, length, within);
    if (problem !== undefined) return problem;
    if (isText && length > 0 && !isText8(data.values as Uint8Array, data.valueOffsets as Offsets, length)) {
      return "its text is not UTF-8";
    }
  } else if (types.isFixedSizeList(type)) {
    if (children[0]!.length < end * type.listSize) return "its list data is too short";
  } else if (types.isStruct(type)) {
    if (children.some((child) => child.length < end)) return "a field has fewer values than its struct";
    if (children.length === 0 && length > MAX_EMPTY_VALUES) return `${length} values without a field`;
  } else if (types.isBool(type)) {
    if ((data.values as Uint8Array).length * 8 < end) return "its values are too short";
  } else if (types.isFixedSizeBinary(type)) {
    if ((data.values as Uint8Array).length < end * type.byteWidth || type.byteWidth <= 0)
      return "its values are too short";
  } else {
    const { values, stride } = data;
    if ((values as Uint8Array).length < length * stride) return "its values are too short";
  }
  if (types.isDictionary(type)) return dictionaryProblem(data, types, checked);
  for (const child of children) {
    const problem = columnProblem(child, types, checked);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

type Offsets = Int32Array | BigInt64Array;

function offsetProblem(offsets: Offsets, length: number, within: number): string | undefined {
  if (length === 0) return undefined;
  if (offsets.length <= length) return "its offsets are too short";
  let before = Number(offsets[0]);
  if (before < 0) return "an offset is less than 0";
  for (let index = 1; index <= length; index++) {
    const next = Number(offsets[index]);
    if (next < before) return "its offsets decrease";
    before = next;
  }
  return before > within ? "an offset is outside its values" : undefined;
}

/** True if all values are UTF-8, and no value starts within a character of the previous one. */
function isText8(bytes: Uint8Array, offsets: Offsets, length: number): boolean {
  const [from, to] = [Number(offsets[0]), Number(offsets[length])];
  if (!isUtf8(bytes.subarray(from, to))) return false;
  for (let index = 1; index < length; index++) {
    const position = Number(offsets[index]);
    if (position < to && (bytes[position]! & 0xc0) === 0x80) return false;
  }
  return true;
}

function dictionaryProblem(data: Data, types: ArrowTypes, checked: WeakSet<Data>): string | undefined {
  const { dictionary, values, length, nullBitmap, offset } = data;
  if (dictionary === undefined) return "its dictionary is missing";
  const isValid = (index: number): boolean =>
    nullBitmap === undefined ||
    nullBitmap === null ||
    nullBitmap.length === 0 ||
    (nullBitmap[(offset + index) >> 3]! & (1 << ((offset + index) & 7))) !== 0;
  for (let index = 0; index < length; index++) {
    const place = Number((values as Int32Array)[index]);
    if ((place < 0 || place >= dictionary.length) && isValid(index)) return "a value is not in its dictionary";
  }
  for (const part of dictionary.data) {
    const problem = columnProblem(part as Data, types, checked);
    if (problem !== undefined) return `its dictionary: ${problem}`;
  }
  return undefined;
}

function countNulls(bitmap: Uint8Array, from: number, to: number): number {
  let valid = 0;
  for (let bit = from; bit < to;) {
    if ((bit & 7) === 0 && bit + 8 <= to) {
      for (let byte = bitmap[bit >> 3]!; byte !== 0; byte &= byte - 1) valid += 1;
      bit += 8;
    } else {
      valid += (bitmap[bit >> 3]! >> (bit & 7)) & 1;
      bit += 1;
    }
  }
  return to - from - valid;
}
