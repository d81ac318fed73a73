import type { Span } from "./span.ts";

/** Spans found by a model, for each of some texts. */
export type ModelSpans = (texts: readonly string[]) => Promise<readonly (readonly Span[])[]>;

/**
 * Spans found by models, except words that are never personal data. None if there is no model.
 *
 * @param models one or more, whose spans are merged
 */
export async function spansOfModels(
  texts: readonly string[],
  { models, allow }: { models: readonly ModelSpans[]; allow: readonly string[] | undefined },
): Promise<Span[][]> {
  const allowed = new Set(allow?.map((text) => text.toLowerCase()));
  const all = texts.map((): Span[] => []);
  for (const model of models) {
    for (const [index, spans] of (await model(texts)).entries()) {
      all[index]!.push(
        ...spans.filter(({ start, end }) => !allowed.has(texts[index]!.slice(start, end).toLowerCase())),
      );
    }
  }
  return all;
}
