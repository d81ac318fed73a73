import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import { canonicalJson } from "../../base/hash.ts";

/** Name by which a stage finds the verdicts that were gathered for it, among the files that its options name. */
export const JUDGED_FILE = "judge answers";

const Head = z.strictObject({ judged: z.int(), open: z.int() });

/** What was gathered for a stage: verdicts as plain values, and how many questions may be asked again. */
export type JudgedFile = { lines: readonly unknown[]; open: number };

/** Writes verdicts in one order, whatever order they came in, so that the same verdicts are the same bytes. */
export async function writeJudged(path: string, { lines, open }: JudgedFile): Promise<void> {
  const sorted = lines.map(canonicalJson).toSorted();
  const head = canonicalJson({ judged: sorted.length, open } satisfies z.infer<typeof Head>);
  await atomicWrite(path, [head, ...sorted].map((line) => `${line}\n`).join(""));
}

/** Reads them; undefined if there is no such file, or it is not whole. */
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
