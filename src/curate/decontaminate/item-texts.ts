import type { Benchmark, ItemRef, Part } from "./benchmark.ts";

/** A distinct text of the items: benchmarks repeat questions and passages. */
export type ItemText = Part & { owners: ItemRef[] };

/** The distinct texts of all items, and the items of each. */
export function itemTexts(benchmarks: readonly Benchmark[]): ItemText[] {
  const texts = new Map<string, ItemText>();
  for (const [benchmark, { items }] of benchmarks.entries()) {
    for (const [item, parts] of items.entries()) {
      for (const { kind, text } of parts) {
        const key = `${kind}:${text}`;
        const known = texts.get(key) ?? { kind, text, owners: [] };
        texts.set(key, known);
        const last = known.owners.at(-1);
        if (last?.benchmark !== benchmark || last.item !== item) known.owners.push({ benchmark, item });
      }
    }
  }
  return [...texts.values()];
}
