import type { Span } from "./span.ts";

/** Spans that a model finds, for each of some texts. */
export type ModelSpans = (texts: readonly string[]) => Promise<readonly (readonly Span[])[]>;

/**
 * What a model finds in texts, without texts that never are personal data, in any case. None if there is not a model.
 *
 * @param models  one or more, whose spans are put together
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
