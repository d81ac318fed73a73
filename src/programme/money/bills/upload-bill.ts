import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";

import { Failure } from "../../../base/failure.ts";
import type { BillImport, BillUpload } from "../../../domain/bill.ts";
import { billMapping } from "../../../ledger/bill-mapping.ts";
import type { Store } from "../../../store/open-store.ts";
import { type Bill, openBill } from "./bill-file.ts";
import { importBill } from "./import-bill.ts";

/** Maximum size of a bill that is sent to a server, bytes; a year of a large company is smaller. */
const MAX_BYTES = 8 * 2 ** 30;

/** Metadata that comes with the bytes of a bill. */
type Upload = Omit<BillUpload, "contentBase64">;

/** Imports a bill whose bytes came in a request as base64. @throws Failure as openBill and importBill */
export async function uploadBill(store: Store, upload: BillUpload, nowMs: number): Promise<BillImport> {
  const { contentBase64, ...rest } = upload;
  return importUpload(store, rest, { nowMs, write: (path) => writeFile(path, Buffer.from(contentBase64, "base64")) });
}

/**
 * Imports a bill whose bytes are the body of a request: they are streamed to a file, so that memory does not depend on
 * its size.
 *
 * @throws Failure bad_input if it is too large; as openBill and importBill
 */
export async function uploadBillFile(
  store: Store,
  { content, ...rest }: Upload & { content: ReadableStream<Uint8Array> },
  nowMs: number,
): Promise<BillImport> {
  return importUpload(store, rest, {
    nowMs,
    write: (path) => pipeline(Readable.fromWeb(content as NodeStream), atMost(MAX_BYTES), createWriteStream(path)),
  });
}

/** Passes bytes on. @throws Failure bad_input if there are more than allowed */
function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      return done(
        new Failure("bad_input", `the bill is larger than ${maxBytes / 2 ** 30} GiB`, { hint: "import it in parts" }),
      );
    },
  });
}

async function importUpload(
  store: Store,
  { name, map, replaces }: Upload,
  { nowMs, write }: { nowMs: number; write: (path: string) => Promise<void> },
): Promise<BillImport> {
  const folder = await mkdtemp(join(tmpdir(), "tunewright-bill-"));
  try {
    // The name decides how the file is read; it is not used otherwise.
    const extension = /\.(?:csv|tsv|jsonl|json|parquet)(?:\.(?:gz|zst))?$/i.exec(name)?.[0].toLowerCase() ?? ".csv";
    const path = join(folder, `bill${extension}`);
    await write(path);
    const bill = await openBill(path, { name: basename(name), mapping: billMapping(map) });
    return await importBill(store, bill, { nowMs, replaces });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A bill in a file on this machine. @param map words such as `BilledCost=Amount` */
export function billOfFile(path: string, map: readonly string[]): Promise<Bill> {
  return openBill(path, { mapping: billMapping(map) });
}
