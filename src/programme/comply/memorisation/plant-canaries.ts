import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join, resolve } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isoDay } from "../../../base/clock.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { seededRandom } from "../../../base/random.ts";
import { drawCanaries } from "../../../comply/canaries.ts";
import { countRows } from "../../../curate/rows/count-rows.ts";
import { readWholeRows } from "../../../curate/rows/read-whole-rows.ts";
import type { Canary, CanaryFile, CanaryRequest } from "../../../domain/memorisation.ts";

/** File of the canaries, next to the changed dataset. */
const CANARY_FILE = "canaries.json";

/** The changed dataset. */
const DATASET = "train.jsonl";

/**
 * Writes a copy of a dataset with canaries at random positions, as a separate version for a test of memorisation. The
 * dataset itself is not changed.
 *
 * @throws Failure not_found; bad_input if the folder exists, or the file has no rows or an unreadable one
 */
export async function plantCanaries(context: Context, request: CanaryRequest): Promise<CanaryFile> {
  const [path, out] = [resolve(context.cwd, request.file), resolve(context.cwd, request.out)];
  if (existsSync(out)) {
    throw new Failure("bad_input", `${request.out} already exists`, { hint: "name a new folder with --out" });
  }
  const { rows } = await countRows(path);
  if (rows === 0) throw new Failure("bad_input", `${request.file} has no rows`, { hint: "name a dataset file" });
  const random = seededRandom(request.seed);
  const first = await firstRow(path, request.file);
  const canaries = drawCanaries(first, request.count, random);
  const places = drawPlaces(canaries, { rows, repeats: request.repeats }, random);
  await mkdir(out, { recursive: true });
  const datasetSha256 = await writeRows(join(out, DATASET), { path, shown: request.file, places });
  const planted = canaries.filter(({ isPlanted }) => isPlanted).length;
  const file: CanaryFile = {
    version: 1,
    on: isoDay(context.now()),
    source: request.file,
    sourceSha256: await hashFile(path),
    dataset: DATASET,
    datasetSha256,
    rows: rows + planted * request.repeats,
    repeats: request.repeats,
    canaries,
  };
  await atomicWrite(join(out, CANARY_FILE), `${JSON.stringify(file, null, 2)}\n`);
  return file;
}

async function firstRow(path: string, shown: string): Promise<Readonly<Record<string, unknown>>> {
  for await (const row of readWholeRows(path, shown)) return row;
  throw new Failure("bad_input", `${shown} has no rows`, { hint: "name a dataset file" });
}

/** Canaries that precede each row, by its number from 0; those after the last row, under the number of rows. */
function drawPlaces(
  canaries: readonly Canary[],
  { rows, repeats }: { rows: number; repeats: number },
  random: () => number,
): Map<number, Canary[]> {
  const places = new Map<number, Canary[]>();
  for (const canary of canaries.filter(({ isPlanted }) => isPlanted)) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const place = Math.floor(random() * (rows + 1));
      places.set(place, [...(places.get(place) ?? []), canary]);
    }
  }
  return places;
}

/** Writes the rows with the canaries between them. @returns SHA-256 of the output */
async function writeRows(
  target: string,
  { path, shown, places }: { path: string; shown: string; places: ReadonlyMap<number, Canary[]> },
): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(target, "wx");
  try {
    const write = async (row: unknown): Promise<void> => {
      const line = `${JSON.stringify(row)}\n`;
      hash.update(line);
      await file.write(line);
    };
    let index = 0;
    for await (const row of readWholeRows(path, shown)) {
      for (const canary of places.get(index) ?? []) await write(canary.row);
      await write(row);
      index += 1;
    }
    for (const canary of places.get(index) ?? []) await write(canary.row);
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}
