import { mixedHash } from "../../base/hash.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { WatchEmbedding } from "../../domain/watch-embedding.ts";
import type { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { cosine, type Embedder } from "../../llm/embed/index.ts";
import { dataFolder } from "../../store/open-store.ts";
import { packedVector } from "../../watch/hashed-vector.ts";
import { checkFile } from "../folder/file-failure.ts";
import { openEmbedder } from "../evaluate/open-embedder.ts";
import { isPresent } from "./traffic-folder.ts";

/** File that states the source of vectors. */
const EMBEDDING_FILE = "watch/embedding.yaml";

/** A request before it is stored; `reference` is its right answer, if known. */
export type Measured = { measured: WatchedRequest; texts: WatchedTexts; reference: string | null };

/** Adds vectors to requests, before they are stored. */
export type EmbedRequests = {
  name: string;
  embed: (rows: readonly Measured[]) => Promise<void>;
  spent: Embedder["spent"];
  /** Deletes the vectors that were kept for the case that the import is killed. */
  end: () => Promise<void>;
};

/**
 * Source of vectors for prompts by `watch/embedding.yaml`; undefined if there is no such file. Paid vectors are kept
 * until the import has ended, so that a killed import does not pay for any twice.
 *
 * @throws Failure bad_input for the file; those of `openEmbedder`
 */
export async function embedRequests(
  programmeDir: string,
  around: { env: Readonly<Record<string, string | undefined>>; now: Clock },
): Promise<EmbedRequests | undefined> {
  if (!(await isPresent(join(programmeDir, EMBEDDING_FILE)))) return undefined;
  const { source, share } = await readEmbeddingFile(programmeDir);
  const journal = join(dataFolder(programmeDir), "watch", "embedding", "vectors.jsonl");
  const embedder = await openEmbedder(source, { dir: programmeDir, ...around, place: "source", journal });
  const embed = async (rows: readonly Measured[]): Promise<void> => {
    const drawn = rows.filter(({ measured }) => share === 1 || mixedHash(measured.id, 2) / 2 ** 31 < share);
    const vectors = await embedder.embed(drawn.map(({ texts }) => texts.prompt.slice(0, SHOWN)));
    for (const [k, { measured }] of drawn.entries()) {
      measured.embedding = packedVector(vectors[k]!);
      measured.embedder = `${embedder.name}, ${vectors[k]!.length} numbers`;
    }
    const known = rows.filter(({ reference }) => reference !== null);
    const answers = await embedder.embed(known.map(({ texts }) => texts.answer.slice(0, SHOWN)));
    const right = await embedder.embed(known.map(({ reference }) => reference!.slice(0, SHOWN)));
    for (const [k, { measured }] of known.entries()) measured.similarity = cosine(answers[k]!, right[k]!);
  };
  return { name: embedder.name, embed, spent: embedder.spent, end: () => rm(journal, { force: true }) };
}

/** Maximum number of characters of a text from which a vector is made; models read no more. */
const SHOWN = 8_000;

async function readEmbeddingFile(programmeDir: string): Promise<WatchEmbedding> {
  const file = parseYaml(await readText(join(programmeDir, EMBEDDING_FILE)), EMBEDDING_FILE);
  return checkFile(WatchEmbedding, file, { shown: EMBEDDING_FILE, hint: "docs/guides/watch.md lists the fields" });
}
