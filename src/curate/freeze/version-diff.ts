import { createHash } from "node:crypto";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { FrozenFile, VersionDiff } from "../../domain/frozen.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { numberList } from "../rows/number-list.ts";
import { alikeRows, COMPARED_MAX, rowWords } from "./alike-rows.ts";
import { fileLines } from "./frozen-folder.ts";

/** A version on disk. */
export type Version = { dir: string; files: readonly Pick<FrozenFile, "file">[] };

/** Rows shown of each kind. */
const SAMPLES = 5;

/** Characters of a shown row. */
const TEXT_CHARACTERS = 100;

type Row = { file: string; row: number; text: string };

/** A row that is in only one of the versions: its key, or its words if it has no key. */
type OtherRow = Row & { key: string | undefined; words: ReadonlySet<string> | undefined };

/** Default name of the field that identifies a row. */
const KEY = "id";

/**
 * Differences between two versions, independent of the order of rows: rows are equal if their bytes are equal. A row
 * that is only in the later version counts as changed if it has the key of a removed row or, for rows without a key,
 * most of its words; otherwise it counts as added.
 * Reads the earlier version twice and the later one once. Memory: 36 bytes per row, and of the rows that differ the
 * keys, or the words of up to 20,000.
 *
 * @param key field that identifies a row; default: `id`
 * @throws Failure bad_input if none of the differing rows has the given key
 */
export async function versionDiff(from: Version, to: Version, key?: string): Promise<Omit<VersionDiff, "from" | "to">> {
  const index = hashIndex();
  const left = numberList();
  let places = 0;
  for await (const { text } of versionRows(from)) {
    const before = index.firstPlace(...lineHash(text), places + 1);
    if (before === undefined) {
      left.append(Uint32Array.of(1));
      places += 1;
    } else left.values()[before - 1]! += 1;
  }
  const counts = left.values();
  let unchanged = 0;
  const news = otherRows(key ?? KEY);
  for await (const row of versionRows(to)) {
    const place = index.find(...lineHash(row.text));
    if (place !== undefined && counts[place - 1]! > 0) {
      counts[place - 1]! -= 1;
      unchanged += 1;
    } else news.add(row);
  }
  const gone = otherRows(key ?? KEY);
  for await (const row of versionRows(from)) {
    const place = index.find(...lineHash(row.text))! - 1;
    if (counts[place] === 0) continue;
    counts[place]! -= 1;
    gone.add(row);
  }
  const hasKeys = [...news.rows, ...gone.rows].some((row) => row.key !== undefined);
  if (key !== undefined && !hasKeys && news.rows.length + gone.rows.length > 0) {
    throw new Failure("bad_input", `no changed row has a field ${JSON.stringify(key)}`, {
      hint: "name a field that identifies a row (a path such as meta.id for a nested one), or omit --key",
    });
  }
  const was = pairedRows(gone.rows, news.rows);
  const changed = [...was]
    .toSorted(([a], [b]) => a - b)
    .map(([fresh, old]) => ({ row: news.rows[fresh]!, was: gone.rows[old]! }));
  const old = new Set(was.values());
  const added = news.rows.filter((_, place) => !was.has(place));
  const removed = gone.rows.filter((_, place) => !old.has(place));
  const isCompared = news.isCompared() && gone.isCompared();
  return {
    unchanged,
    added: added.length,
    removed: removed.length,
    changed: isCompared ? changed.length : null,
    by: hasKeys ? (key ?? KEY) : null,
    samples: [
      ...samples(
        "added",
        added.map((row) => ({ row })),
      ),
      ...samples(
        "removed",
        removed.map((row) => ({ row })),
      ),
      ...samples("changed", changed),
    ],
  };
}

function samples(
  kind: VersionDiff["samples"][number]["kind"],
  rows: readonly { row: OtherRow; was?: OtherRow }[],
): VersionDiff["samples"] {
  return rows.slice(0, SAMPLES).map(({ row: { file, row, text, key }, was }) => {
    return { kind, file, row, id: key ?? null, text, was: was?.text ?? null };
  });
}

/** Collects rows that are in one version only. */
function otherRows(key: string): { rows: OtherRow[]; add: (row: Row) => void; isCompared: () => boolean } {
  const rows: OtherRow[] = [];
  let withoutKey = 0;
  return {
    rows,
    add: (row) => {
      const own = keyOf(row.text, key);
      if (own === undefined) withoutKey += 1;
      const words = own === undefined && withoutKey <= COMPARED_MAX ? rowWords(row.text) : undefined;
      rows.push({ ...row, text: startOf(row.text), key: own, words });
    },
    isCompared: () => withoutKey <= COMPARED_MAX,
  };
}

/** For new rows, by index, the index of the original row: found by key, then by words. */
function pairedRows(gone: readonly OtherRow[], news: readonly OtherRow[]): Map<number, number> {
  const was = new Map<number, number>();
  const byKey = new Map<string, number[]>();
  for (const [place, { key }] of gone.entries())
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), place]);
  for (const [place, { key }] of news.entries()) {
    const old = key === undefined ? undefined : byKey.get(key)?.shift();
    if (old !== undefined) was.set(place, old);
  }
  const worded = (rows: readonly OtherRow[]): number[] =>
    [...rows.keys()].filter((place) => rows[place]!.words !== undefined);
  const [before, after] = [worded(gone), worded(news)];
  const alike = alikeRows(
    before.map((place) => gone[place]!.words!),
    after.map((place) => news[place]!.words!),
  );
  for (const [index, old] of alike.entries()) if (old !== undefined) was.set(after[index]!, before[old]!);
  return was;
}

async function* versionRows({ dir, files }: Version): AsyncGenerator<Row> {
  for (const { file } of files) {
    let row = 0;
    for await (const line of fileLines(join(dir, file))) {
      row += 1;
      yield { file, row, text: line.toString("utf8") };
    }
  }
}

function lineHash(text: string): [high: number, low: number] {
  const digest = createHash("sha256").update(text).digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}

/** The row's key: its field, or a nested one given by a path with dots, if the value is text or a number. */
function keyOf(text: string, name: string): string | undefined {
  const fields = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const inside = (): unknown =>
    name
      .split(".")
      .reduce<unknown>(
        (value, part) =>
          value !== null && typeof value === "object" ? (value as Record<string, unknown>)[part] : undefined,
        fields,
      );
  const value = name in fields ? fields[name] : inside();
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function startOf(text: string): string {
  const line = text.trimEnd();
  return line.length <= TEXT_CHARACTERS
    ? line
    : `${Array.from(line.slice(0, 2 * TEXT_CHARACTERS))
        .slice(0, TEXT_CHARACTERS - 1)
        .join("")}…`;
}
