import { crc32 } from "node:zlib";

const BLOCK_BYTES = 32_768;

/**
 * A file as W&B's client writes it: a run with its tags and its config, whose values are JSON, a metric `loss` for each
 * step, and an exit.
 */
export function wandbFile(run: {
  id: string;
  project: string;
  name: string;
  steps: number;
  exitCode: number;
  tags?: readonly string[];
  config?: Readonly<Record<string, string>>;
}): Buffer {
  const config = Object.entries(run.config ?? {}).map(([key, json]) => bytes(1, [text(1, key), text(16, json)]));
  const records = [
    message(17, [
      text(1, run.id),
      text(3, run.project),
      bytes(4, config),
      text(8, run.name),
      ...(run.tags ?? []).map((tag) => text(10, tag)),
    ]),
    ...Array.from({ length: run.steps }, (_, step) =>
      message(2, [
        bytes(1, [text(1, "loss"), text(16, String(1 / (1 + step)))]),
        bytes(1, [text(1, "_step"), text(16, String(step))]),
      ]),
    ),
    message(18, [varint(1, run.exitCode)]),
  ];
  return logFile(records);
}

/** Records in blocks, cut where a block ends: LevelDB's log format. */
function logFile(records: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00])];
  let place = 7;
  const put = (part: Buffer): void => {
    parts.push(part);
    place += part.length;
  };
  for (const record of records) {
    let rest = record;
    let isFirst = true;
    do {
      let room = BLOCK_BYTES - (place % BLOCK_BYTES);
      if (room < 7) {
        put(Buffer.alloc(room));
        room = BLOCK_BYTES;
      }
      const data = rest.subarray(0, room - 7);
      rest = rest.subarray(data.length);
      const kind = isFirst ? (rest.length === 0 ? 1 : 2) : rest.length === 0 ? 4 : 3;
      const head = Buffer.alloc(7);
      head.writeUInt32LE(crc32(data, crc32(Buffer.from([kind]))), 0);
      head.writeUInt16LE(data.length, 4);
      head[6] = kind;
      put(Buffer.concat([head, data]));
      isFirst = false;
    } while (rest.length > 0);
  }
  return Buffer.concat(parts);
}

function message(number: number, fields: readonly Buffer[]): Buffer {
  return bytes(number, fields);
}

function bytes(number: number, fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  return Buffer.concat([leb((number << 3) | 2), leb(body.length), body]);
}

function text(number: number, value: string): Buffer {
  return bytes(number, [Buffer.from(value)]);
}

function varint(number: number, value: number): Buffer {
  return Buffer.concat([leb(number << 3), leb(value)]);
}

function leb(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  do {
    out.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.from(out);
}
