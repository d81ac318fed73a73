import type { NamedDataset } from "../../domain/audit-import.ts";

/** A parsed configuration: its values, and the location of each. */
export type ConfigFile = {
  file: string;
  values: Readonly<Record<string, unknown>>;
  lineOf: (path: readonly PropertyKey[]) => number;
};

/** A value with its location. */
export type Read<Value> = { value: Value; place: string };

/** `configs/sft.yaml, line 3, num_train_epochs`. */
export function placeOf({ file, lineOf }: ConfigFile, path: readonly PropertyKey[]): string {
  return `${file}, line ${lineOf(path)}, ${path.join(".")}`;
}

/**
 * The value of the first key with a value of the given type; null if there is none. Numbers in quotes are also read.
 */
export function readFirst<Kind extends keyof Kinds>(
  config: ConfigFile,
  kind: Kind,
  keys: readonly string[],
): Read<Kinds[Kind]> | null {
  for (const key of keys) {
    const value = KINDS[kind](config.values[key]);
    if (value !== undefined) return { value, place: placeOf(config, [key]) };
  }
  return null;
}

type Kinds = { text: string; number: number; flag: boolean };

const KINDS: { readonly [Kind in keyof Kinds]: (value: unknown) => Kinds[Kind] | undefined } = {
  text: (value) => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined),
  number: (value) => {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : undefined;
  },
  flag: (value) => {
    if (value === true || value === "true" || value === "True") return true;
    return value === false || value === "false" || value === "False" ? false : undefined;
  },
};

/** Whether a key is set to true. */
export function isSet(config: ConfigFile, key: string): boolean {
  return KINDS.flag(config.values[key]) === true;
}

/** Datasets in a list of groups, each with its name under one of several keys and its split. */
export function namedDatasets(
  config: ConfigFile,
  path: readonly string[],
  nameKeys: readonly string[],
): NamedDataset[] {
  const list = path.reduce<unknown>((value, key) => fieldOf(value, key), config.values);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => {
    const name = typeof item === "string" ? item : nameKeys.map((key) => KINDS.text(fieldOf(item, key))).find(Boolean);
    if (name === undefined) return [];
    const split = KINDS.text(fieldOf(item, "split")) ?? null;
    return [{ name, split, place: placeOf(config, [...path, index]) }];
  });
}

function fieldOf(value: unknown, key: string): unknown {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>)[key] : undefined;
}
