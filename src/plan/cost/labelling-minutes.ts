import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { type Range, multiplyRanges, sumRanges } from "../uncertainty/lognormal.ts";

/** Id of the figure for minutes per row, if a programme does not state them. */
export const LABELLING_MINUTES = "labelling.minutesPerRow";

/** Kinds of tasks in which people mark or choose; in all others they write answers. */
const MARKED: readonly Programme["task"]["kind"][] = ["classification", "extraction", "safety", "domain-corpus"];

/** Id of the assumption on the judgement effort of a row, by kind of task. */
const JUDGEMENT: Readonly<Record<Programme["task"]["kind"], string>> = {
  extraction: "annotation.judgement.extraction.minutes",
  classification: "annotation.judgement.classification.minutes",
  qa: "annotation.judgement.qa.minutes",
  summarisation: "annotation.judgement.summarisation.minutes",
  chat: "annotation.judgement.chat.minutes",
  code: "annotation.judgement.code.minutes",
  reasoning: "annotation.judgement.reasoning.minutes",
  agent: "annotation.judgement.agent.minutes",
  safety: "annotation.judgement.safety.minutes",
  "domain-corpus": "annotation.judgement.domain-corpus.minutes",
};

/** Ids of the figures for the mean length of a training row: stated or measured. */
const ROW_TOKENS = ["user.data.meanTokens", "dataset.meanTokens"];

/**
 * Minutes that a person needs for a row, as one leaf: reading it, writing the part that people write, and the judgement
 * effort of its kind of task; more in a regulated domain. Each part is an assumption with its source and is in the
 * derivation. It is one leaf, so that the tornado chart has one bar for it.
 *
 * @param figures  derivations of the training, for the mean length of a row if it is known
 */
export function labellingMinutes(programme: Programme, figures: readonly Figure[], book: LeafBook): string {
  const { task, data } = programme;
  const isMarked = MARKED.includes(task.kind);
  const used = {
    tokens: rowTokens(figures) ?? book.assumption("annotation.row.tokens"),
    words: book.assumption("annotation.words-per-token"),
    reading: book.assumption("annotation.reading.words-per-minute"),
    writing: book.assumption("annotation.writing.words-per-minute"),
    written: book.assumption(isMarked ? "annotation.written.labels.share" : "annotation.written.answers.share"),
    judgement: book.assumption(JUDGEMENT[task.kind]),
    ...(data.regulated ? { regulated: book.assumption("annotation.regulated.factor") } : {}),
  };
  const words = multiplyRanges(used.tokens, used.words);
  const read = multiplyRanges(words, used.reading, -1);
  const write = multiplyRanges(multiplyRanges(words, used.written), used.writing, -1);
  const outside = sumRanges([read, write, used.judgement]);
  const minutes = used.regulated === undefined ? outside : multiplyRanges(outside, used.regulated);
  const ids = Object.values(used).map(({ id }) => id);
  const { tokens, words: perToken, reading, written, writing, judgement, regulated } = used;
  const factor = regulated === undefined ? "" : ` × ${regulated.id}`;
  const figure: Figure = {
    id: LABELLING_MINUTES,
    label: "minutes to label a row",
    unit: "minutes",
    ...minutes,
    formula: `(${tokens.id} × ${perToken.id} × (1 / ${reading.id} + ${written.id} / ${writing.id}) + ${judgement.id})${factor}`,
    inputs: ids,
    source: { kind: "computed", ref: "computed" },
    reason: "data.minutesPerRow is not set: derived from the kind of task, the length of a row and the domain",
  };
  const estimate = { ...minutes, unit: "minutes", basis: "computed", n: 0, sources: [] };
  return book.estimated(LABELLING_MINUTES, estimate, {
    label: figure.label,
    figures: [...Object.values(used), figure],
    isActivity: true,
  });
}

type Known = Figure & Range;

/** The mean length of a training row; undefined if only its maximum is known. */
function rowTokens(figures: readonly Figure[]): Known | undefined {
  return figures.find((figure): figure is Known => ROW_TOKENS.includes(figure.id) && figure.reason === undefined);
}
