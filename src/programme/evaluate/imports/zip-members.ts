import { inflateRawSync } from "node:zlib";

import { Failure } from "../../../base/failure.ts";
import { loadZstd } from "../../../tables/zstd-content.ts";

/** Maximum size of one member, and of all together, after decompression, in bytes. */
const MOST_BYTES = { member: 256 * 2 ** 20, all: 2 ** 31 };

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** A member of an archive. */
export type ZipMember = { name: string; read: () => Uint8Array };

/**
 * Members of a ZIP archive that are stored, deflated, or compressed with zstd (method 93, which logs of Inspect use and
 * common libraries do not support).
 *
 * @throws Failure bad_input if it is not an archive, is damaged, or would be too large
 * @source PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4
 */
export async function zipMembers(bytes: Uint8Array, shown: string): Promise<ZipMember[]> {
  const openZstd = await loadZstd();
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (what: string): Failure =>
    new Failure("bad_input", `${shown}: ${what}`, { hint: "copy the file again; it must be a complete .eval log" });
  const end = view.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > view.length || view.readUInt32LE(end) !== END) throw damaged("it is not a ZIP archive");
  const count = view.readUInt16LE(end + 10);
  let place = view.readUInt32LE(end + 16);
  if (count === 0xffff || place === 0xffff_ffff) throw damaged("it has the ZIP64 format, which is not read here");
  let left = MOST_BYTES.all;
  const members: ZipMember[] = [];
  for (let index = 0; index < count; index += 1) {
    if (place + 46 > view.length || view.readUInt32LE(place) !== ENTRY) throw damaged("its directory is damaged");
    const [method, packed, size] = [
      view.readUInt16LE(place + 10),
      view.readUInt32LE(place + 20),
      view.readUInt32LE(place + 24),
    ];
    const lengths = [28, 30, 32].map((offset) => view.readUInt16LE(place + offset));
    const local = view.readUInt32LE(place + 42);
    const name = view.toString("utf8", place + 46, place + 46 + lengths[0]!);
    place += 46 + lengths[0]! + lengths[1]! + lengths[2]!;
    if (size > MOST_BYTES.member || (left -= size) < 0) throw damaged(`${name} is too large: ${size} bytes`);
    const read = (): Uint8Array => {
      if (local + 30 > view.length) throw damaged(`${name} is damaged`);
      const from = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
      const content = view.subarray(from, from + packed);
      try {
        if (method === 0) return content;
        if (method === 8) return inflateRawSync(content, { maxOutputLength: Math.max(size, 1) });
        if (method === 93) return unzstd(content, { size, open: openZstd });
      } catch (error) {
        throw damaged(`${name} is damaged: ${error instanceof Error ? error.message : String(error)}`);
      }
      throw damaged(`${name} is compressed by the unknown method ${method}`);
    };
    members.push({ name, read });
  }
  return members;
}

function unzstd(
  content: Uint8Array,
  { size, open }: { size: number; open: Awaited<ReturnType<typeof loadZstd>> },
): Uint8Array {
  let bytes = 0;
  const stream = open((more) => {
    bytes += more;
    if (bytes > size) throw new Error(`it contains more than the ${size} bytes that its directory states`);
  });
  const parts = stream.push(content);
  if (!stream.isWhole()) throw new Error("it ends early");
  return Buffer.concat(parts);
}
