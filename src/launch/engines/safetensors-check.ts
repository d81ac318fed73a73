import { open } from "node:fs/promises";

import { isSystemError } from "../../base/failure.ts";

/** Bytes per element, by type name. @source safetensors, `Dtype` of safetensors/src/tensor.rs */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2,
  I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8,
}; // prettier-ignore

/** Maximum header length allowed by the format, bytes. @source safetensors README, "Format" */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Checks that a file can be loaded as safetensors: header, types, shapes, and offsets that cover the data without gaps
 * or overlaps. Executes nothing from the file.
 *
 * @returns the problem; undefined if there is none
 * @source safetensors README, "Format": 8 bytes of length, JSON header, data
 */
export async function safetensorsProblem(path: string): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "it does not exist";
    throw error;
  }
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(8);
    if ((await file.read(start, 0, 8, 0)).bytesRead < 8) return "the file ends inside its header";
    const headerBytes = Number(start.readBigUInt64LE());
    if (headerBytes > MAX_HEADER_BYTES) return "the header is too long for a safetensors file";
    if (headerBytes + 8 > size) return "the file ends inside its header";
    const header = Buffer.alloc(headerBytes);
    await file.read(header, 0, headerBytes, 8);
    return headerProblem(header.toString("utf8"), size - 8 - headerBytes);
  } finally {
    await file.close();
  }
}

function headerProblem(text: string, dataBytes: number): string | undefined {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return "the header is not valid JSON";
  }
  if (header === null || typeof header !== "object") return "the header is not valid JSON";
  const spans: [number, number][] = [];
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: offsets } = tensor as Partial<Record<string, unknown>>;
    const bytes = ELEMENT_BYTES[String(dtype)];
    if (bytes === undefined || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
      return `the tensor ${name} has an invalid type, shape or offset`;
    }
    const [from, to] = offsets as [number, number];
    if (to - from !== shape.reduce((product, size) => product * size, bytes)) {
      return `the size of the tensor ${name} does not match its shape`;
    }
    spans.push([from, to]);
  }
  if (spans.length === 0) return "the file has no tensors";
  spans.sort(([a], [b]) => a - b);
  let end = 0;
  for (const [from, to] of spans) {
    if (from !== end) return "the tensors overlap or leave a gap";
    end = to;
  }
  return end === dataBytes ? undefined : `the file has ${dataBytes} bytes of data, but the header declares ${end}`;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
