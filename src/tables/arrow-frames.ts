import { type ArrowBlock, arrowFooter, arrowMessage } from "./arrow-messages.ts";

/** Validates the bytes of an Arrow file before they are decoded. */
export type ArrowFrames = {
  /** Validates the next bytes. Throws Error if they cannot be Arrow. */
  follow: (chunk: Uint8Array) => void;
  /** Checks the end of the file. Throws Error if something is missing. */
  end: () => void;
};

/** Text of the columns in a schema: that of the first message, and that of the footer of a file. */
export type SchemaTexts = { ofMessage: (metadata: Uint8Array) => string; ofFooter: (footer: Uint8Array) => string };

/** Maximum size of the metadata of one message, and of the footer: ten thousand columns take 2 MiB. */
const MAX_METADATA_BYTES = 2 ** 26;

const MAGIC = "ARROW1";
const MAGIC_BYTES = 8;
const CONTINUATION = 0xffff_ffff;

type Step = "start" | "length" | "metadata" | "body" | "tail";

/**
 * Follows the messages of Arrow IPC (Arrow columnar format 1.5, "Serialization and Interprocess Communication").
 * Lengths and positions outside their message are rejected before anything is read or allocated; a stream must end with
 * its end marker, and the footer of a file must list the received columns and batches.
 */
export function arrowFrames(schemas: SchemaTexts): ArrowFrames {
  let [step, held, needs]: [Step, Buffer, number] = ["start", Buffer.alloc(0), MAGIC_BYTES];
  let [skip, position, from, isFile] = [0, 0, 0, false];
  const seen: Seen = { schema: undefined, batches: [], dictionaries: [] };
  const next = (name: Step, bytes: number): void => {
    [step, needs, held] = [name, bytes, Buffer.alloc(0)];
  };
  const startRead = (): void => {
    const first = held;
    isFile = first.toString("latin1", 0, MAGIC.length) === MAGIC;
    from = isFile ? MAGIC_BYTES : 0;
    next("length", 4);
    if (isFile) return;
    position = 0; // a stream begins with its first message
    follow(first);
  };
  const lengthRead = (): void => {
    const isMarked = held.readUInt32LE(0) === CONTINUATION;
    if (isMarked && held.length === 4) {
      needs = 8; // before Arrow 0.15, the length had no such marker
      return;
    }
    const length = held.readInt32LE(isMarked ? 4 : 0);
    if (length === 0) next("tail", Infinity);
    else if (length < 8 || length > MAX_METADATA_BYTES) throw new Error(`a message states metadata of ${length} bytes`);
    else next("metadata", length);
  };
  const metadataRead = (): void => {
    const { kind, bodyLength } = arrowMessage(held);
    if (kind === "schema") seen.schema ??= schemas.ofMessage(held);
    else {
      const block = { offset: from, metaDataLength: position - from, bodyLength };
      (kind === "batch" ? seen.batches : seen.dictionaries).push(block);
    }
    skip = bodyLength;
    next("body", 0);
  };
  function follow(chunk: Uint8Array): void {
    let offset = 0;
    const isWaiting = (): boolean => (step === "body" ? skip > 0 : held.length < needs);
    for (;;) {
      if (step === "body") {
        const passed = Math.min(skip, chunk.length - offset);
        [skip, offset, position] = [skip - passed, offset + passed, position + passed];
      } else {
        const part = chunk.subarray(offset, offset + needs - held.length);
        [offset, position] = [offset + part.length, position + part.length];
        if (step !== "tail" || isFile) held = Buffer.concat([held, part]); // a stream may be followed by any bytes
        if (held.length > MAX_METADATA_BYTES) throw new Error("its footer is too large");
      }
      if (isWaiting()) return;
      if (step === "start") startRead();
      else if (step === "length") lengthRead();
      else if (step === "metadata") metadataRead();
      else {
        next("length", 4);
        from = position;
      }
    }
  }
  return {
    follow,
    end: () => {
      if (step !== "tail")
        throw new Error(`it is truncated: ${isFile ? "it has no footer" : "its end marker is missing"}`);
      if (isFile) checkFooter(held, seen, schemas);
    },
  };
}

/** State after the part of a file before its footer. */
type Seen = { schema: string | undefined; batches: ArrowBlock[]; dictionaries: ArrowBlock[] };

function checkFooter(tail: Buffer, seen: Seen, schemas: SchemaTexts): void {
  const end = tail.length - MAGIC.length;
  if (end < 4 || tail.toString("latin1", end) !== MAGIC) throw new Error("it is truncated within its footer");
  const length = tail.readInt32LE(end - 4);
  if (length <= 0 || length > end - 4) throw new Error(`it states a footer of ${length} bytes`);
  const footer = tail.subarray(end - 4 - length, end - 4);
  const { batches, dictionaries } = arrowFooter(footer);
  if (!sameBlocks(batches, seen.batches) || !sameBlocks(dictionaries, seen.dictionaries)) {
    throw new Error("its footer does not match the batches of the file");
  }
  if (schemas.ofFooter(footer) !== seen.schema) throw new Error("its footer does not match the schema at its start");
}

function sameBlocks(a: readonly ArrowBlock[], b: readonly ArrowBlock[]): boolean {
  const text = (blocks: readonly ArrowBlock[]): string =>
    blocks.map(({ offset, metaDataLength, bodyLength }) => `${offset} ${metaDataLength} ${bodyLength}`).join("\n");
  return text(a) === text(b);
}
