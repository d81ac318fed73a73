import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { parseYaml } from "../../base/yaml.ts";
import type { KeyValue } from "../key-value.ts";

/** File with the facts about an experiment, a run or a model. */
export const META = "meta.yaml";

/** Content of such a file. */
export type Meta = Readonly<Record<string, unknown>>;

/** Parses a number as written by Python. */
export function asNumber(word: string): number | undefined {
  const special = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY }[
    word.toLowerCase()
  ];
  if (special !== undefined) return special;
  return word !== "" && Number.isFinite(Number(word)) ? Number(word) : undefined;
}

/** Keys and values of params or tags: one file each, whose name may contain slashes. */
export async function pairsIn(folder: string, below = ""): Promise<KeyValue[]> {
  const pairs: KeyValue[] = [];
  for (const { path, isFolder } of await entriesIn(join(folder, below))) {
    const key = below === "" ? path : `${below}/${path}`;
    if (isFolder) pairs.push(...(await pairsIn(folder, key)));
    else pairs.push({ key, value: await readFile(join(folder, key), "utf8") });
  }
  return pairs;
}

/** The facts of a folder; undefined without a file of YAML. */
export async function readMeta(folder: string): Promise<Meta | undefined> {
  try {
    const { value } = parseYaml(await readFile(join(folder, META), "utf8"), META);
    return typeof value === "object" && value !== null ? (value as Meta) : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the folders in a folder, sorted; none if it does not exist. */
export async function subfolders(folder: string): Promise<string[]> {
  return (await entriesIn(folder)).filter(({ isFolder }) => isFolder).map(({ path }) => path);
}

/** Files and folders of a folder, sorted by name. Links are left out. */
export async function entriesIn(folder: string): Promise<{ path: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() || entry.isFile())
    .map((entry) => ({ path: entry.name, isFolder: entry.isDirectory() }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A value of YAML as text. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}
