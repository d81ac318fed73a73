import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import { canonicalJson } from "../../base/hash.ts";

/** Name under which a stage finds its verdicts, among the files named by its options. */
export const JUDGED_FILE = "judge answers";

const Head = z.strictObject({ judged: z.int(), open: z.int() });

/** Data collected for a stage: verdicts as plain values, and how many questions may be asked again. */
export type JudgedFile = { lines: readonly unknown[]; open: number };

/** Writes verdicts in a fixed order, so that equal verdicts give equal bytes. */
export async function writeJudged(path: string, { lines, open }: JudgedFile): Promise<void> {
  const sorted = lines.map(canonicalJson).toSorted();
  const head = canonicalJson({ judged: sorted.length, open } satisfies z.infer<typeof Head>);
  await atomicWrite(path, [head, ...sorted].map((line) => `${line}\n`).join(""));
}

/** Reads them; undefined if the file is missing or incomplete. */
export async function readJudged(path: string): Promise<JudgedFile | undefined> {
  if (!existsSync(path)) return undefined;
  const [first = "", ...rest] = (await readFile(path, "utf8")).trimEnd().split("\n");
  try {
    const { judged, open } = Head.parse(JSON.parse(first));
    const lines = rest.map((line) => JSON.parse(line) as unknown);
    return lines.length === judged ? { lines, open } : undefined;
  } catch {
    return undefined;
  }
}
