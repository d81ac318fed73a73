import type * as Arrow from "apache-arrow";

import type { SchemaTexts } from "./arrow-frames.ts";
import { lz4Frame } from "./lz4-frame.ts";
import { loadZstd } from "./zstd-content.ts";

/** Maximum size of a decompressed batch, which is held in memory. */
const MAX_BATCH_BYTES = 2 ** 30;

/** Bytes before a compressed buffer that contain its uncompressed length. */
const LENGTH_BYTES = 8;

/**
 * Loads the Arrow library, with codecs that verify checksums and the stated length of buffers.
 *
 * @returns the library, and a reader that returns the columns listed in a message or footer as text
 */
export async function loadArrow(): Promise<{ arrow: typeof Arrow; schemas: SchemaTexts }> {
  const arrow = await import("apache-arrow");
  const { Footer } = await import("apache-arrow/ipc/metadata/file");
  const { xxhash32 } = await import("../base/xxhash.ts");
  const hash = await xxhash32();
  const hashOf = (bytes: Uint8Array): number => Buffer.from(hash.init().update(bytes).digest("binary")).readUInt32BE(0);
  const openZstd = await loadZstd();
  const unzstd = (data: Uint8Array): Uint8Array => {
    let size = 0;
    const content = openZstd((bytes) => {
      size += bytes;
      if (size > MAX_BATCH_BYTES) throw new Error(`a batch has more than ${MAX_BATCH_BYTES} bytes`);
    });
    const blocks = content.push(data);
    if (!content.isWhole()) throw new Error("the zstd data ends too early");
    return Buffer.concat(blocks);
  };
  const { ZSTD, LZ4_FRAME } = arrow.CompressionType;
  arrow.compressionRegistry.set(ZSTD, { decode: (data) => asStated(data, unzstd(data)) });
  arrow.compressionRegistry.set(LZ4_FRAME, {
    decode: (data) => asStated(data, lz4Frame(data, MAX_BATCH_BYTES, hashOf)),
  });
  return {
    arrow,
    schemas: {
      ofMessage: (metadata) => schemaText(arrow.Message.decode(metadata).header() as Arrow.Schema),
      ofFooter: (footer) => schemaText(Footer.decode(footer).schema),
    },
  };
}

/**
 * A copy that is aligned to eight bytes and has the stated length. The library would return everything after the length
 * prefix as a view, without checking it.
 */
function asStated(compressed: Uint8Array, content: Uint8Array): Uint8Array {
  const prefix = new DataView(compressed.buffer, compressed.byteOffset - LENGTH_BYTES, LENGTH_BYTES);
  const stated = prefix.getBigInt64(0, true);
  if (stated !== BigInt(content.length)) throw new Error(`a buffer of ${content.length} bytes states ${stated}`);
  return Uint8Array.from(content);
}

function schemaText({ fields }: Arrow.Schema): string {
  return fields.map(({ name, type, nullable }) => JSON.stringify([name, String(type), nullable])).join("\n");
}
