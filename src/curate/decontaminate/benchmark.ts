import type { ItemPart } from "../../domain/decontaminate.ts";

/** A text of an item. */
export type Part = { kind: Exclude<ItemPart, "item">; text: string };

/** Items to look for, by their place in the file; one without text has no parts. */
export type Benchmark = {
  /** Name of the file, which stands in every hit. */
  name: string;
  /** Fields that the parts were read from. */
  fields: Readonly<Record<string, string>>;
  /** The fields were found by their usual names. */
  isGuessed: boolean;
  items: readonly (readonly Part[])[];
  /** Vector of each item, where vectors were asked for; undefined for an item without one. */
  vectors?: readonly (Float32Array | undefined)[];
};

/** An item among several benchmarks. */
export type ItemRef = { benchmark: number; item: number };
