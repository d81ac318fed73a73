import { formatCount } from "../../../base/units.ts";
import { sentence, span, usd, whole } from "../../../base/words.ts";
import type { Figure } from "../../../domain/figure.ts";
import type { SourceKind } from "../../../domain/source.ts";
import type { Study } from "../../../domain/study.ts";
import type { Block, Inline, TableRow } from "../../../report/document.ts";
import { curatedRows } from "../study-facts.ts";
import { figureValue } from "./figure-words.ts";
import { linked } from "./show.ts";

/** Number of inputs in the table: those that affect the total most. */
const SHOWN = 6;

const SOURCES: Readonly<Record<SourceKind, string>> = {
  user: "programme.yaml",
  assumption: "assumption",
  catalogue: "catalogue",
  measured: "measured",
  computed: "computed",
};

/**
 * Section on the basis of the numbers: the facts of the programme in a sentence, and the inputs with the largest
 * effect.
 */
export function restsOn(study: Study): Block[] {
  const facts = keyFacts(study);
  return [
    { kind: "heading", text: "Basis" },
    ...(facts.length === 0 ? [] : [{ kind: "paragraph", text: [...facts, "."] } as const]),
    ...driversTable(study),
  ];
}

function keyFacts(study: Study): Inline[] {
  // Only a single long run over a corpus has its sweep as a share of that run.
  const isOneRun = study.figures.some(({ id }) => id === "assumption.pretraining.sweep.share");
  const facts: [ids: string[], words: (value: string) => string][] = [
    [["user.data.corpusTokens"], (tokens) => `${tokens} corpus tokens planned${corpusOnHand(study)}`],
    [
      study.plannedRows === 0 ? [] : ["user.data.plannedRows"],
      (rows) => `${rows} training rows planned${onHand(study)}`,
    ],
    [["run.epochs", "user.training.epochs"], (epochs) => `${epochs} epochs`],
    [isOneRun ? ["assumption.pretraining.sweep.share"] : [], () => "one run and small proxies"],
    [
      isOneRun && study.plannedRows === 0 ? [] : ["user.training.runs", "assumption.training.runs"],
      (runs) => (isOneRun ? `${runs} supervised runs after it` : `${runs} runs`),
    ],
    [["run.usdPerGpuHour"], (price) => `${price} USD per GPU-hour`],
    [["user.today.apiUsdPerMonth"], (spend) => `${spend} USD of API spend a month`],
    [["user.today.laborUsdPerMonth"], (spend) => `${spend} USD of other spend a month`],
    [
      ["user.team.engineerUsdPerHour", "assumption.engineering.usd-per-hour"],
      (rate) => `engineers at ${rate} USD an hour`,
    ],
    [
      ["user.data.annotatorUsdPerHour", "assumption.dataset.experts.usd-per-hour"],
      (rate) => `annotators at ${rate} USD an hour`,
    ],
  ];
  return facts
    .flatMap(([ids, words]): Inline[] => {
      const figure = study.figures.find(({ id }) => ids.includes(id));
      const value = figure === undefined ? undefined : figureValue(figure);
      return figure === undefined || value === undefined ? [] : [linked(study, figure.id, words(value))];
    })
    .flatMap((part, index) => (index === 0 ? [part] : [", ", part]));
}

/** The available tokens of the corpus. */
function corpusOnHand({ files, datasets }: Study): string {
  const corpus = datasets.filter((_, index) => files[index]?.role === "corpus");
  if (corpus.length === 0) return ", none on hand";
  const tokens = formatCount(corpus.reduce((sum, dataset) => sum + (dataset.tokens?.total ?? 0), 0));
  return ` (${tokens} on hand)`;
}

/** The available training rows, and whether any of them is real. */
function onHand({ files, datasets, curation }: Study): string {
  const curated = curatedRows(curation);
  const train = datasets.filter((_, index) => files[index]?.role === "train");
  if (train.length === 0) return ", none on hand";
  const rows = whole(curated ?? train.reduce((sum, dataset) => sum + dataset.trainableRows, 0));
  const generated = files.filter((file) => file.role === "train" && file.generated).length;
  const words =
    generated === 0 ? "" : `, ${generated === train.length ? "all" : "some"} of them generated, not collected`;
  return ` (${rows} on hand${curated === undefined ? "" : " after the last data run"}${words})`;
}

function driversTable(study: Study): Block[] {
  const book = new Map(study.figures.map((figure) => [figure.id, figure]));
  const rows = study.cost.tornado.slice(0, SHOWN).map(({ input, label, lowUsd, highUsd }): TableRow => {
    const figure = book.get(input);
    const ends = { p10: Math.min(lowUsd, highUsd), p90: Math.max(lowUsd, highUsd) };
    return {
      cells: [
        [linked(study, input, sentence(label))],
        figure === undefined ? "" : `${figureValue(figure) ?? "unknown"} ${figure.unit}`,
        figure === undefined ? "" : sourceWords(figure, book),
        span(ends, usd),
      ],
    };
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "The inputs that move the end-to-end total most, one at a time",
      columns: [
        { head: "Input", width: "wide" },
        { head: "p10–p90", width: "nowrap" },
        { head: "From", width: "nowrap" },
        { head: "Total, USD", align: "right" },
      ],
      rows,
    },
  ];
}

/** Source of an input; for a part of a range, the source of the range. */
function sourceWords({ source, inputs }: Figure, book: ReadonlyMap<string, Figure>): string {
  const [only] = inputs;
  const origin = source.kind === "computed" && inputs.length === 1 ? book.get(only!) : undefined;
  if (origin !== undefined) return sourceWords(origin, book);
  return source.asOf === undefined ? SOURCES[source.kind] : `${SOURCES[source.kind]}, ${source.asOf}`;
}
