/**
 * A text without case, punctuation, English articles and surplus space.
 *
 * @source Rajpurkar et al. 2016, SQuAD: normalisation of its evaluation script
 */
export function normalised(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g, "")
    .replaceAll(/\b(?:a|an|the)\b/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}

/**
 * F1 over the words that an answer and a reference share, both normalised.
 *
 * @source Rajpurkar et al. 2016, SQuAD; 1 if both are empty
 */
export function wordF1(answer: string, reference: string): number {
  const [said, wanted] = [words(answer), words(reference)];
  if (said.length === 0 || wanted.length === 0) return Number(said.length === wanted.length);
  const counts = new Map<string, number>();
  for (const word of wanted) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of said) {
    const left = counts.get(word) ?? 0;
    if (left > 0) common += 1;
    counts.set(word, left - 1);
  }
  if (common === 0) return 0;
  const [precision, recall] = [common / said.length, common / wanted.length];
  return (2 * precision * recall) / (precision + recall);
}

function words(text: string): string[] {
  return normalised(text)
    .split(" ")
    .filter((word) => word !== "");
}
