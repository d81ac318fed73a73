/** State of a zstd stream that is known without decompressing it. */
export type ZstdFrames = {
  /**
   * Processes the next bytes.
   *
   * @returns the frames that end in them, in order; or the problem, if a frame needs too much memory or the bytes are
   * not zstd
   */
  follow: (chunk: Uint8Array) => FrameEnd[] | string;
  /** True between two frames, where the stream may end. */
  isWhole: () => boolean;
};

/** End of a frame: its offset in the chunk, and the low 32 bits of the XXH64 of its content, if present. */
export type FrameEnd = { at: number; checksum: number | undefined };

/** Maximum memory of a frame: the default of the `zstd` program (`--long=27`). */
const MAX_WINDOW_BYTES = 128 * 2 ** 20;

const MAGIC = 0xfd2fb528;

type Step = "magic" | "header" | "skippable" | "block" | "checksum";

/**
 * Follows the frames and blocks of a zstd stream (RFC 8878, section 3.1.1) with any number of consecutive frames, so
 * that a frame that would take gigabytes is refused before it is decompressed, a truncated stream is detected, and each
 * frame can be compared with its checksum.
 */
export function zstdFrames(): ZstdFrames {
  let step: Step = "magic";
  let needs = 4;
  let held: number[] = [];
  let skip = 0;
  let [hasChecksum, isEnding] = [false, false];
  let checksum: number | undefined;
  const next = (name: Step, bytes: number): void => {
    [step, needs, held] = [name, bytes, name === "header" ? held : []];
  };
  const take = (): string | undefined => {
    const number = littleEndian(held, 0, Math.min(held.length, 4));
    if (step === "magic") {
      if (number === MAGIC) next("header", 5);
      else if (number >>> 4 === 0x184d2a5) next("skippable", 4);
      else return "it is not zstd data";
    } else if (step === "skippable") {
      skip = number;
      next("magic", 4);
    } else if (step === "header") {
      const { length, window } = headerOf(held);
      needs = length;
      if (held.length < length) return undefined;
      if (window() > MAX_WINDOW_BYTES) {
        return `a frame needs ${Math.round(window() / 2 ** 20)} MiB of memory, more than ${MAX_WINDOW_BYTES / 2 ** 20}`;
      }
      hasChecksum = (held[4]! & 4) !== 0;
      next("block", 3);
    } else if (step === "checksum") {
      [checksum, isEnding] = [number, true];
      next("magic", 4);
    } else {
      const [isLast, type, size] = [(number & 1) === 1, (number >> 1) & 3, number >> 3];
      skip = type === 1 ? 1 : size;
      isEnding = isLast && !hasChecksum;
      if (isEnding) next("magic", 4);
      else next(isLast ? "checksum" : "block", isLast ? 4 : 3);
    }
    return undefined;
  };
  return {
    follow: (chunk) => {
      const ends: FrameEnd[] = [];
      for (let index = 0; ;) {
        const passed = Math.min(skip, chunk.length - index);
        skip -= passed;
        index += passed;
        if (skip > 0) return ends;
        if (isEnding) {
          ends.push({ at: index, checksum });
          [isEnding, checksum] = [false, undefined];
        }
        if (index === chunk.length) return ends;
        held.push(chunk[index]!);
        index += 1;
        if (held.length < needs) continue;
        const problem = take();
        if (problem !== undefined) return problem;
      }
    },
    isWhole: () => step === "magic" && held.length === 0 && skip === 0,
  };
}

/** Length of a frame's header, and the memory that the frame needs, known once the header is complete. */
function headerOf(held: readonly number[]): { length: number; window: () => number } {
  const flags = held[4]!;
  const isSingle = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!;
  const sizeBytes = flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6);
  const sizeAt = 5 + Number(!isSingle) + dictionaryBytes;
  return {
    length: sizeAt + sizeBytes,
    window: () => {
      if (isSingle) return littleEndian(held, sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
      const base = 2 ** (10 + (held[5]! >> 3));
      return base + (base / 8) * (held[5]! & 7);
    },
  };
}

function littleEndian(bytes: readonly number[], from: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index--) value = value * 256 + bytes[from + index]!;
  return value;
}
