import { iconvCommand } from "../base/command-line.ts";
import { Failure } from "../base/failure.ts";

/** First bytes that are examined to recognise text. */
const HEAD_BYTES = 65_536;

/** Share of zero bytes above which a file is not text; our threshold. */
const MOST_ZEROS = 0.1;

const MAGIC: readonly (readonly [name: string, bytes: readonly number[], hint: string])[] = [
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31], "give it the extension .parquet"],
  ["a zip archive", [0x50, 0x4b, 0x03, 0x04], "unpack it and name the data file inside it"],
  ["compressed twice", [0x28, 0xb5, 0x2f, 0xfd], "decompress it once: zstd -d"],
  ["compressed twice", [0x1f, 0x8b], "decompress it once: gunzip"],
  ["an Arrow file", [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], "give it the extension .arrow"],
];

/**
 * Passes on chunks of UTF-8 text without the byte-order mark, after examining the first ones.
 *
 * @throws Failure bad_input if the content is UTF-16 or UTF-32, more than a tenth of it zero bytes, or a known file of
 * another kind
 */
export async function* textChunks(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) {
      yield chunk;
      continue;
    }
    isFirst = false;
    checkHead(chunk.subarray(0, HEAD_BYTES), path);
    const hasMark = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    yield hasMark ? chunk.subarray(3) : chunk;
  }
}

function checkHead(head: Uint8Array, path: string): void {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    const encoding = head[0] === 0xff && head[2] === 0 && head[3] === 0 ? "UTF-32" : "UTF-16";
    throw new Failure("bad_input", `${path} is ${encoding}, expected UTF-8`, {
      hint: `convert it: ${iconvCommand(encoding, path)}`,
    });
  }
  for (const [name, magic, hint] of MAGIC) {
    if (magic.every((byte, index) => head[index] === byte)) {
      throw new Failure("bad_input", `${path} is ${name}, not text`, { hint });
    }
  }
  const nul = head.indexOf(0);
  const [even, odd] = zerosByParity(head);
  if (even + odd <= head.length * MOST_ZEROS) return; // a zero byte is valid text: at most its row is rejected
  // UTF-16 without a byte-order mark: the high bytes of Latin letters and punctuation are zero, the low bytes are not.
  const order = even === 0 ? "UTF-16LE" : odd === 0 ? "UTF-16BE" : undefined;
  throw new Failure("bad_input", `${path} is not UTF-8 text: byte ${nul} is zero`, {
    hint:
      order === undefined
        ? "expected JSONL, JSON or CSV as UTF-8 text; Parquet files end in .parquet"
        : `it looks like UTF-16 without a byte-order mark: ${iconvCommand(order, path)}`,
  });
}

/** Numbers of zero bytes at even and at odd indices. */
function zerosByParity(head: Uint8Array): [even: number, odd: number] {
  const zeros: [number, number] = [0, 0];
  for (let index = head.indexOf(0); index !== -1; index = head.indexOf(0, index + 1))
    zeros[index % 2 === 0 ? 0 : 1] += 1;
  return zeros;
}
