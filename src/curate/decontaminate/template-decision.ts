import { counted, whole } from "../../base/words.ts";
import type { StageFinding } from "../../domain/funnel.ts";
import type { Benchmark } from "./benchmark.ts";
import { type ItemWords, RUN_WORDS } from "./template-evidence.ts";
import { type Candidate, placeKey, type ShardHits, unpacked, wordsOfItems } from "./template-survey.ts";

/**
 * A word of an item belongs to a template if more rows than this share it with the item, each with a different prompt.
 *
 * @source GPT-3 did not count n-grams of more than ten documents (Brown et al. 2020, appendix C)
 */
const MOST_ROWS = 10;

/** Content words outside the template that an item must have, to be told from other uses of the template. */
const LEAST_CONTENT = 3;

/** Share of those words from which a row contains the item. */
const CONTENT_SHARE = 0.5;

/** Maximum number of characters of a template, and of items, in a finding. */
const SHOWN = { characters: 120, items: 5 } as const;

/** The rows with hits, and which of the hits are only of a template. */
export type HitDecision = {
  /** Indexes of the rows with hits, ascending. */
  hitRows: Uint32Array;
  /** Row, benchmark and item of each hit of a template, in the order of rows. */
  templates: Uint32Array;
  findings: StageFinding[];
};

/** Rows of one benchmark that are kept, the items whose template they have, and one of the templates. */
type Kept = { rows: number; items: Set<number>; text: string };

/**
 * Decides which hits are only of a template: of words that more than ten rows with different prompts share with the
 * item. Such a row has no run of five of the item's words outside the template, and fewer than half of its content words
 * there (all but function words and numbers). An item with fewer than three of them has no template.
 *
 * @param hits of all shards, in order; called twice
 */
export async function decideTemplates(
  hits: () => AsyncIterable<ShardHits>,
  benchmarks: readonly Benchmark[],
): Promise<HitDecision> {
  const wordsOf = wordsOfItems(benchmarks);
  const templates = await templatesOf(hits, wordsOf);
  const isOfTemplate = (candidate: Candidate): boolean => {
    const template = templates.get(placeKey(candidate));
    return template !== undefined && isOnlyTemplate(candidate, wordsOf(candidate), template);
  };
  const [hitRows, places]: [number[], number[]] = [[], []];
  const kept = new Map<number, Kept>();
  let firstRow = 0;
  for await (const { rows, hits: found, candidates } of hits()) {
    const byRow = new Map<number, Candidate[]>();
    for (const candidate of candidates.filter(isOfTemplate))
      byRow.set(candidate.row, [...(byRow.get(candidate.row) ?? []), candidate]);
    for (const [row, count] of found) {
      hitRows.push(firstRow + row);
      const own = byRow.get(row) ?? [];
      for (const { benchmark, item } of own) places.push(firstRow + row, benchmark, item);
      if (own.length === 0 || own.length < count) continue;
      const [first] = own as [Candidate];
      const text = templateText(wordsOf(first), templates.get(placeKey(first))!);
      const known = kept.get(first.benchmark) ?? { rows: 0, items: new Set<number>(), text };
      known.rows += 1;
      for (const { benchmark, item } of own) if (benchmark === first.benchmark) known.items.add(item);
      kept.set(first.benchmark, known);
    }
    firstRow += rows;
  }
  const findings = [...kept].map(([benchmark, found]) => templateFinding(benchmarks[benchmark]!.name, found));
  return { hitRows: Uint32Array.from(hitRows), templates: Uint32Array.from(places), findings };
}

/** The words of each item that belong to a template, for the items that have one. */
async function templatesOf(
  hits: () => AsyncIterable<ShardHits>,
  wordsOf: (candidate: Candidate) => ItemWords,
): Promise<Map<string, Uint8Array>> {
  const sharing = new Map<string, { item: ItemWords; prompts: Set<number>; counts: Uint32Array }>();
  for await (const { candidates } of hits()) {
    for (const candidate of candidates) {
      if (candidate.own === 0) continue;
      const item = wordsOf(candidate);
      const key = placeKey(candidate);
      const known = sharing.get(key) ?? { item, prompts: new Set(), counts: new Uint32Array(item.hashes.length) };
      sharing.set(key, known);
      if (known.prompts.has(candidate.own)) continue;
      known.prompts.add(candidate.own);
      for (const [index, isHere] of unpacked(candidate.runs, known.counts.length).entries())
        known.counts[index]! += isHere;
    }
  }
  const templates = new Map<string, Uint8Array>();
  for (const [key, { item, counts }] of sharing) {
    const template = Uint8Array.from(counts, (count) => Number(count > MOST_ROWS));
    const content = item.isContent.filter((isContent, index) => isContent === 1 && template[index] === 0).length;
    if (template.includes(1) && content >= LEAST_CONTENT) templates.set(key, template);
  }
  return templates;
}

function isOnlyTemplate({ runs, words, own }: Candidate, { isContent }: ItemWords, template: Uint8Array): boolean {
  if (own === 0) return false;
  const [inRuns, inRow] = [unpacked(runs, template.length), unpacked(words, template.length)];
  let [run, content, found] = [0, 0, 0];
  for (let index = 0; index < template.length; index++) {
    const isOutside = template[index] === 0;
    run = isOutside && inRuns[index] === 1 ? run + 1 : 0;
    if (run >= RUN_WORDS) return false;
    if (!isOutside || isContent[index] === 0) continue;
    content += 1;
    found += inRow[index]!;
  }
  return found < CONTENT_SHARE * content;
}

/** The longest stretch of an item that belongs to the template. */
function templateText({ text, starts, ends }: ItemWords, template: Uint8Array): string {
  let [best, length, run] = [0, 0, 0];
  for (let index = 0; index < template.length; index++) {
    run = template[index] === 1 ? run + 1 : 0;
    if (run > length) [best, length] = [index - run + 1, run];
  }
  return text.slice(starts[best], ends[best + length - 1]);
}

function templateFinding(against: string, { rows, items, text }: Kept): StageFinding {
  const numbers = [...items].toSorted((a, b) => a - b);
  const shown = numbers.slice(0, SHOWN.items).join(", ");
  const more = numbers.length > SHOWN.items ? ` and ${whole(numbers.length - SHOWN.items)} more` : "";
  const words = text.length > SHOWN.characters ? `${text.slice(0, SHOWN.characters - 1)}…` : text;
  // Many rows that hold the same part of one item look like a template of one item.
  const alone =
    numbers.length === 1
      ? "; no other item has it: if it is the beginning of the item itself, drop the hits with --drop"
      : "";
  const places = `item${numbers.length === 1 ? "" : "s"} ${shown}${more} of ${against}`;
  return {
    finding: "shared-template",
    rows,
    detail: `kept, because ${rows === 1 ? "it shares" : "they share"} with ${places} only a template that more than ${counted(MOST_ROWS, "row")} have: ${JSON.stringify(words)}${alone}`,
  };
}
