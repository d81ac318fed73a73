/** Variant of ROUGE. */
export type RougeType = "rouge1" | "rouge2" | "rougeL" | "rougeLsum";

/** Precision, recall and their harmonic mean. */
export type RougeScore = { precision: number; recall: number; f: number };

/**
 * ROUGE of an answer against a reference, without stemming: n-grams (rouge1, rouge2), the longest common subsequence
 * (rougeL), or the union of subsequences over lines (rougeLsum).
 *
 * @source Lin 2004, "ROUGE: a package for automatic evaluation of summaries"; words and ties as in rouge_score 0.1.2
 */
export function rouge(answer: string, reference: string, type: RougeType): RougeScore {
  if (type === "rougeLsum") return overLines(reference, answer);
  const [target, said] = [rougeWords(reference), rougeWords(answer)];
  if (type === "rougeL") {
    const common = commonLength(target, said);
    return fromCounts(common, said.length, target.length);
  }
  const size = type === "rouge1" ? 1 : 2;
  const [wanted, given] = [grams(target, size), grams(said, size)];
  let overlap = 0;
  for (const [gram, count] of wanted) overlap += Math.min(count, given.get(gram) ?? 0);
  return fromCounts(overlap, total(given), total(wanted));
}

function rougeWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function grams(words: readonly string[], size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + size <= words.length; start++) {
    const gram = words.slice(start, start + size).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function fromCounts(common: number, said: number, wanted: number): RougeScore {
  const precision = said === 0 ? 0 : common / said;
  const recall = wanted === 0 ? 0 : common / wanted;
  const f = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f };
}

/** Lengths of the longest common subsequences of all prefixes, row by row. */
function lengths(first: readonly string[], second: readonly string[]): Uint32Array[] {
  const rows = [new Uint32Array(second.length + 1)];
  for (const word of first) {
    const above = rows.at(-1)!;
    const row = new Uint32Array(second.length + 1);
    for (let j = 1; j <= second.length; j++) {
      row[j] = word === second[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
    }
    rows.push(row);
  }
  return rows;
}

function commonLength(first: readonly string[], second: readonly string[]): number {
  return lengths(first, second).at(-1)!.at(-1)!;
}

/** Positions in `first` of one longest common subsequence; if there are several, the one that rouge_score uses. */
function commonPlaces(first: readonly string[], second: readonly string[]): number[] {
  const rows = lengths(first, second);
  const places: number[] = [];
  let [i, j] = [first.length, second.length];
  while (i > 0 && j > 0) {
    if (first[i - 1] === second[j - 1]) {
      places.push(i - 1);
      i -= 1;
      j -= 1;
    } else if (rows[i]![j - 1]! > rows[i - 1]![j]!) j -= 1;
    else i -= 1;
  }
  return places;
}

function overLines(reference: string, answer: string): RougeScore {
  const lines = (text: string): string[][] =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map(rougeWords);
  const [targets, said] = [lines(reference), lines(answer)];
  const [left, leftSaid] = [grams(targets.flat(), 1), grams(said.flat(), 1)];
  const size = { target: total(left), said: total(leftSaid) };
  let hits = 0;
  for (const target of targets) {
    const union = new Set(said.flatMap((line) => commonPlaces(target, line)));
    for (const place of [...union].toSorted((a, b) => a - b)) {
      const word = target[place]!;
      if ((left.get(word) ?? 0) > 0 && (leftSaid.get(word) ?? 0) > 0) {
        hits += 1;
        left.set(word, left.get(word)! - 1);
        leftSaid.set(word, leftSaid.get(word)! - 1);
      }
    }
  }
  return fromCounts(hits, size.said, size.target);
}
