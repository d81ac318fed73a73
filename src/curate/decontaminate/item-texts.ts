import type { Benchmark, ItemRef, Part } from "./benchmark.ts";

/** A text that items have, each once: benchmarks repeat questions and passages. */
export type ItemText = Part & { owners: ItemRef[] };

/** The different texts of all items, and who has them. */
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
