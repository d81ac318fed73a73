import type { RowText } from "../check/row-text.ts";

/** A card that a published table does not name in full, and what else says which it is. */
export type ReferenceCard = { reference: RegExp; written: RegExp; card: string; because: string };

/** Facts about single tables: they open nothing for other files, and `npm run calibrate` prints the bars without them too. */
const REFERENCE_CARDS: readonly ReferenceCard[] = [
  {
    reference: /argonne-lcf/i,
    written: /^a100$/i,
    card: "A100-40GB-SXM",
    because: "the A100s of Argonne's leadership facility are Polaris's, of 40 GB each (docs.alcf.anl.gov, Polaris)",
  },
  {
    reference: /vllm-cost-meter/i,
    written: /^h100-80gb$/i,
    card: "H100-94GB-NVL",
    because: "its $6.98 an hour is Azure's NC40ads H100 v5, which has one H100 NVL",
  },
];

/** The card of a row as its GPU column has it, without a count before it; that of the reference where it is known better. */
export function writtenCard(text: RowText, known: readonly ReferenceCard[] = REFERENCE_CARDS): string {
  const written = text("gpu").replace(/^\d+ ?[x×*] ?/, "");
  const found = known.find(
    (referenceCard) => referenceCard.reference.test(text("source_ref")) && referenceCard.written.test(written),
  );
  return found?.card ?? written;
}

/** A published table whose column of times per token holds another figure, as the table itself says. */
export type ReferenceFigure = { reference: RegExp; load: RegExp; is: string };

/** Like the cards above: facts about single tables. */
const REFERENCE_FIGURES: readonly ReferenceFigure[] = [
  {
    reference: /LambdaLabsML\/vllm-benchmark/i,
    load: /prompts at once/i,
    // benchmark_v0.md, "Metrics" and the table of 320 prompts, read 2026-11-25; its other table prints the median TPOT.
    is: "the median gap between chunks (inter-token latency), as the table's page says, which the pauses for prompts do not enter",
  },
];

/** What stands in the column of TPOT of a row where it is not TPOT, or undefined. */
export function otherFigure(text: RowText, known: readonly ReferenceFigure[] = REFERENCE_FIGURES): string | undefined {
  return known.find(
    (referenceFigure) =>
      referenceFigure.reference.test(text("source_ref")) && referenceFigure.load.test(text("concurrency")),
  )?.is;
}
