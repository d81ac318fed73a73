import { flatRoot, type FlatTable } from "./flat-table.ts";

/** Position of a message, in bytes from the start of the file. */
export type ArrowBlock = { offset: number; metaDataLength: number; bodyLength: number };

/** Kind of a message, and the length of its body. */
export type ArrowMessage = { kind: "schema" | "batch" | "dictionary"; bodyLength: number };

/** Maximum number of rows in a batch; writers use a few thousand. */
const MAX_BATCH_ROWS = 2 ** 27;

/** Maximum number of fields of a schema, including those in structs and lists. */
const MAX_FIELDS = 100_000;

/** Type number of unions, which list the type numbers of their members. */
const UNION = 14;

const KINDS: Readonly<Record<number, ArrowMessage["kind"]>> = { 1: "schema", 2: "dictionary", 3: "batch" };

/**
 * Reads the metadata of a message, and checks that every position and length in it lies within the body.
 *
 * @source Message.fbs and Schema.fbs of Apache Arrow 26: numbers of the fields
 * @throws Error that states the problem
 */
export function arrowMessage(metadata: Uint8Array): ArrowMessage {
  const message = flatRoot(metadata);
  const kind = KINDS[message.byte(1)];
  const header = message.table(2);
  if (kind === undefined || header === undefined) throw new Error("a message has an unknown type");
  message.tables(4);
  const bodyLength = message.long(3);
  if (!Number.isSafeInteger(bodyLength) || bodyLength < 0)
    throw new Error(`a message states a body of ${bodyLength} bytes`);
  if (kind === "schema") checkFields(header);
  else {
    const batch = kind === "batch" ? header : header.table(1);
    if (batch === undefined) throw new Error("a dictionary states no values");
    checkBatch(batch, bodyLength);
  }
  return { kind, bodyLength };
}

/** Positions of the batches and dictionaries listed in the footer of a file, whose columns are also checked. */
export function arrowFooter(bytes: Uint8Array): { batches: ArrowBlock[]; dictionaries: ArrowBlock[] } {
  const footer = flatRoot(bytes);
  footer.tables(4);
  const schema = footer.table(1);
  if (schema !== undefined) checkFields(schema);
  const blocks = (field: number): ArrowBlock[] =>
    footer.structs(field, 24).map((block) => ({
      offset: Number(block.getBigInt64(0, true)),
      metaDataLength: block.getInt32(8, true),
      bodyLength: Number(block.getBigInt64(16, true)),
    }));
  return { dictionaries: blocks(2), batches: blocks(3) };
}

function checkBatch(batch: FlatTable, bodyLength: number): void {
  batch.structs(4, 8);
  const rows = batch.long(0);
  if (rows < 0 || rows > MAX_BATCH_ROWS) throw new Error(`a batch states ${rows} rows`);
  for (const node of batch.structs(1, 16)) {
    const [length, nulls] = [Number(node.getBigInt64(0, true)), Number(node.getBigInt64(8, true))];
    if (nulls < 0 || nulls > length) throw new Error(`a column states ${nulls} nulls in ${length} values`);
  }
  for (const buffer of batch.structs(2, 16)) {
    const [offset, length] = [Number(buffer.getBigInt64(0, true)), Number(buffer.getBigInt64(8, true))];
    if (offset < 0 || length < 0 || offset + length > bodyLength) throw new Error("a column is outside its batch");
  }
}

/**
 * Rejects a schema whose fields refer to themselves or to each other, which would be read forever, and one whose
 * key-value lists claim more entries than exist, which would take minutes.
 */
function checkFields(schema: FlatTable): void {
  schema.tables(2); // throws if its metadata are longer than the message
  schema.structs(3, 8);
  const waiting = schema.tables(1);
  for (let count = 0; waiting.length > 0; count++) {
    if (count + waiting.length > MAX_FIELDS) throw new Error(`its schema has more than ${MAX_FIELDS} fields`);
    const field = waiting.pop()!;
    waiting.push(...field.tables(5));
    field.tables(6);
    const isUnion = field.byte(2) === UNION;
    if (isUnion) field.table(3)?.structs(1, 4);
  }
}
