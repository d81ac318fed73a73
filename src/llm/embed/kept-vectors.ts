import { createReadStream, existsSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

import * as z from "zod";

import { asWriteFailure } from "../../base/atomic-write.ts";
import { sha256 } from "../../base/hash.ts";
import type { Embedder } from "./embedder.ts";

/** Number of texts that are embedded before their vectors are written. */
const PART = 1024;

const Line = z.object({ text: z.string().length(64), vector: z.string() });

/**
 * An embedder that requests the vector of a text only once: vectors are kept in a file by the hash of their text; the
 * texts themselves are not stored. The file belongs to one model of one endpoint. A line that was truncated by a crash
 * is ignored. Stored vectors whose length differs from that of new ones come from an earlier model and are computed
 * again.
 *
 * @param path  JSON lines; several processes may append at once
 */
export function keptVectors(embedder: Embedder, path: string): Embedder {
  const computed = async (texts: readonly string[], signal: AbortSignal | undefined): Promise<Vectors> => {
    const vectors: Vectors = new Map();
    for (let from = 0; from < texts.length; from += PART) {
      const part = texts.slice(from, from + PART);
      const found = await embedder.embed(part, { signal });
      const added = part.map((text, index) => [keyOf(text), found[index]!] as const);
      await keep(path, added);
      for (const [key, vector] of added) vectors.set(key, vector);
    }
    return vectors;
  };
  return {
    ...embedder,
    embed: async (texts, { signal } = {}) => {
      const different = [...new Set(texts)];
      const known = await recall(path, new Set(different.map(keyOf)));
      const fresh = await computed(
        different.filter((text) => !known.has(keyOf(text))),
        signal,
      );
      const length = [...fresh.values(), ...known.values()][0]?.length;
      const old = different.filter((text) => (known.get(keyOf(text))?.length ?? length) !== length);
      const again = await computed(old, signal);
      return texts.map((text) => {
        const key = keyOf(text);
        return again.get(key) ?? fresh.get(key) ?? known.get(key)!;
      });
    },
  };
}

type Vectors = Map<string, Float32Array>;

const keyOf = (text: string): string => sha256(text);

/** The stored vectors of texts. If a text has several lines, the last one counts. */
async function recall(path: string, wanted: ReadonlySet<string>): Promise<Vectors> {
  const found: Vectors = new Map();
  if (!existsSync(path)) return found;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const kept = lineOf(line);
    if (kept !== undefined && wanted.has(kept.text)) found.set(kept.text, kept.vector);
  }
  return found;
}

function lineOf(line: string): { text: string; vector: Float32Array } | undefined {
  try {
    const { text, vector } = Line.parse(JSON.parse(line));
    const bytes = Buffer.from(vector, "base64");
    if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
    return { text, vector: new Float32Array(new Uint8Array(bytes).buffer) };
  } catch {
    return undefined; // an empty or a truncated line
  }
}

async function keep(path: string, vectors: readonly (readonly [string, Float32Array])[]): Promise<void> {
  const lines = vectors.map(([text, vector]) => {
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    return JSON.stringify({ text, vector: bytes.toString("base64") });
  });
  if (lines.length === 0) return;
  try {
    await mkdir(dirname(path), { recursive: true });
    // starts with a line feed, because the line before may have been truncated
    await appendFile(path, `\n${lines.join("\n")}\n`, { mode: 0o600 });
  } catch (error) {
    throw asWriteFailure(error, path);
  }
}
