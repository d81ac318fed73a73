import type { ItemPart } from "../../domain/decontaminate.ts";

/** One text of an item. */
export type Part = { kind: Exclude<ItemPart, "item">; text: string };

/** Items to search for, in file order; an item without text has no parts. */
export type Benchmark = {
  /** Name of the file; included in every hit. */
  name: string;
  /** Fields that the parts were read from. */
  fields: Readonly<Record<string, string>>;
  /** Whether the fields were found by their usual names. */
  isGuessed: boolean;
  items: readonly (readonly Part[])[];
  /** Vector of each item, if vectors are used; undefined for an item without one. */
  vectors?: readonly (Float32Array | undefined)[];
};

/** Reference to an item of one of several benchmarks. */
export type ItemRef = { benchmark: number; item: number };
