/** Converts texts to vectors of length 1, so that the dot product of two is their cosine. */
export type Embedder = {
  /** Source of the vectors, for reports. */
  name: string;
  /** False if vectors depend only on spelling, not on meaning. */
  isSemantic: boolean;
  /**
   * One vector per text, in order; equal texts are embedded once.
   *
   * @throws Failure outside if the endpoint does not answer or changes its dimension; over_budget at the cap
   */
  embed: (texts: readonly string[], options?: { signal?: AbortSignal | undefined }) => Promise<Float32Array[]>;
  /** Total cost so far in US dollars, with the input tokens; `usd` is null if the endpoint is free. */
  spent: () => { usd: string | null; inputTokens: number; requests: number };
};

/** Cosine of two vectors of length 1: from -1 to 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return Math.max(-1, Math.min(1, sum));
}

/** A vector scaled to length 1; a zero vector is unchanged. */
export function unitVector(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values);
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (sum === 0) return vector;
  const length = Math.sqrt(sum);
  return vector.map((value) => value / length);
}

/** Embeds each distinct text once. */
export function withoutRepeats(
  embed: (texts: readonly string[], signal: AbortSignal | undefined) => Promise<Float32Array[]>,
): Embedder["embed"] {
  return async (texts, { signal } = {}) => {
    const different = [...new Set(texts)];
    const vectors = await embed(different, signal);
    const byText = new Map(different.map((text, index) => [text, vectors[index]!]));
    return texts.map((text) => byText.get(text)!);
  };
}
