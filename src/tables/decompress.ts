import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { shellWord } from "../base/command-line.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import { putBack } from "./put-back.ts";
import { loadZstd, ZstdLimitError } from "./zstd-content.ts";

/** Limit on the growth of a compressed file: beyond the free bytes, a multiple of the bytes read. */
export type ExpansionLimit = { freeBytes: number; ratio: number };

/**
 * The default limit. Text of rows expands to 3 to 20 times its compressed size, and rows that are copies of each other
 * to a few hundred times; gzip cannot exceed 1,032, zstd some 30,000.
 */
const EXPANSION_LIMIT: ExpansionLimit = { freeBytes: 256 * 2 ** 20, ratio: 500 };

/** Number of compressed bytes that are passed on at once, which limits memory for any compression ratio. */
const SLICE_BYTES = 16_384;

/**
 * The content of a file: decompressed if its first bytes are those of gzip or zstd, otherwise unchanged. Streaming: a
 * few MiB at a time, regardless of its size.
 *
 * @throws Failure bad_input if the data are truncated or damaged, need too much memory, or exceed the limit
 */
export async function* decompressed(
  raw: AsyncGenerator<Uint8Array>,
  path: string,
  limit: ExpansionLimit = EXPANSION_LIMIT,
): AsyncGenerator<Uint8Array> {
  try {
    const head = await firstBytes(raw);
    if (head === undefined) return;
    const chunks = putBack(head, raw);
    const growth = { read: 0, written: 0 };
    const counted = counting(chunks, growth);
    const [one, two, three, four] = head;
    const isGzip = one === 0x1f && two === 0x8b;
    const isZstd = (one === 0x28 && two === 0xb5 && three === 0x2f && four === 0xfd) || isSkippable(head);
    if (!isGzip && !isZstd) {
      checkName(head, path);
      yield* chunks;
      return;
    }
    for await (const chunk of isGzip ? gunzipped(counted, path) : unzstd(counted, { path, limit, growth })) {
      if (isGzip) checkGrowth(growth, chunk.length, { path, limit });
      yield chunk;
    }
  } finally {
    await raw.return(undefined);
  }
}

/**
 * Rejects a file with the extension of a compressed one that is neither compressed nor text: its first bytes are
 * damaged.
 */
function checkName(head: Uint8Array, path: string): void {
  const kind = /\.zst$/i.test(path) ? "zstd" : /\.gz$/i.test(path) ? "gzip" : undefined;
  if (kind === undefined || isText(head)) return;
  const bytes = Buffer.from(head.subarray(0, 4))
    .toString("hex")
    .replaceAll(/..(?=.)/g, "$& ");
  throw new Failure("bad_input", `${path} is not a ${kind} file: its first bytes are ${bytes}`, {
    hint: `it is damaged, or its extension is wrong: test it (${kind === "zstd" ? "zstd" : "gzip"} -t ${shellWord(path)}), and copy it again`,
  });
}

/** True for UTF-8 without zero bytes, as far as these bytes go. */
function isText(head: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
  } catch {
    return false;
  }
  return !head.includes(0);
}

/** The first chunk, or as many as needed to recognise the format. */
async function firstBytes(raw: AsyncGenerator<Uint8Array>): Promise<Uint8Array | undefined> {
  let head: Uint8Array | undefined;
  while ((head?.length ?? 0) < 4) {
    const next = await raw.next();
    if (next.done === true) break;
    // A chunk is only valid until the next one is requested, so one that may be too short is copied.
    const chunk = next.value.length < 4 ? Uint8Array.from(next.value) : next.value;
    head = head === undefined ? chunk : Buffer.concat([head, chunk]);
  }
  return head;
}

/** A zstd skippable frame, with which `pzstd` and seekable files begin: 0x184D2A50 to 5F. */
function isSkippable([one, two, three, four]: Uint8Array): boolean {
  return one !== undefined && one >> 4 === 5 && two === 0x2a && three === 0x4d && four === 0x18;
}

async function* counting(chunks: AsyncIterable<Uint8Array>, growth: { read: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let index = 0; index < chunk.length; index += SLICE_BYTES) {
      const slice = chunk.subarray(index, index + SLICE_BYTES);
      growth.read += slice.length;
      yield slice;
    }
  }
}

function checkGrowth(
  growth: { read: number; written: number },
  bytes: number,
  { path, limit }: { path: string; limit: ExpansionLimit },
): void {
  growth.written += bytes;
  if (growth.written <= limit.freeBytes || growth.written <= limit.ratio * growth.read) return;
  const times = Math.round(growth.written / growth.read);
  throw new Failure(
    "bad_input",
    `${path} expands to ${times} times its size, more than ${limit.ratio}: it may be a decompression bomb`,
    {
      hint: "if this is expected, decompress it yourself and use the result",
    },
  );
}

async function* gunzipped(slices: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  // The stream keeps its input, but the reader reuses its buffer, so chunks are copied.
  const copies = (async function* () {
    for await (const slice of slices) yield Uint8Array.from(slice);
  })();
  const source = Readable.from(copies);
  const gunzip = createGunzip({ chunkSize: 2 ** 20 });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (error) {
    if (!isSystemError(error) || !error.code?.startsWith("Z_")) throw error;
    throw damaged(path, "gzip", error);
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

async function* unzstd(
  slices: AsyncGenerator<Uint8Array>,
  { path, limit, growth }: { path: string; limit: ExpansionLimit; growth: { read: number; written: number } },
): AsyncGenerator<Uint8Array> {
  const openZstd = await loadZstd();
  const content = openZstd((bytes) => checkGrowth(growth, bytes, { path, limit }));
  for await (const slice of slices) {
    try {
      yield* content.push(slice);
    } catch (error) {
      if (error instanceof ZstdLimitError) {
        throw new Failure("bad_input", `${path}: ${error.message}`, {
          hint: `decompress it yourself: zstd -d --long=31 ${path}`,
        });
      }
      if (error instanceof Failure || !(error instanceof Error)) throw error;
      throw damaged(path, "zstd", error);
    }
  }
  if (!content.isWhole()) throw damaged(path, "zstd");
}

function damaged(path: string, kind: "gzip" | "zstd", cause?: unknown): Failure {
  return new Failure("bad_input", `${path}: the ${kind} data is corrupt or truncated`, {
    hint: `test it with: ${kind} -t ${path}`,
    cause,
  });
}
