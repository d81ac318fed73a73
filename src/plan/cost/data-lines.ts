import { whole } from "../../base/words.ts";
import type { MeasuredSynthesis } from "../../domain/measured-synthesis.ts";
import type { Programme } from "../../domain/programme.ts";
import { computed, none, unknown, type LineCost, type LineModel, type TrainingFacts } from "./cost-facts.ts";
import { labellingMinutes } from "./labelling-minutes.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import type { Read } from "../uncertainty/simulate.ts";

type Data = Programme["data"];

type DataRequest = {
  programme: Programme;
  training: Pick<TrainingFacts, "figures">;
  measuredSynthesis?: MeasuredSynthesis | undefined;
};

/**
 * Cost of the dataset by activity.
 *
 * The published ranges are for 30,000 pairs in a regulated domain. Synthesis is scaled in proportion to the rows, or
 * uses the cost per kept row of earlier rows of the programme. Work per programme (rights, redaction, decontamination)
 * does not shrink below 30,000 rows and grows with a power of the rows above that. Outside regulated domains, all of
 * them are multiplied by one factor, because no published figure covers those domains. Annotation, second labels and
 * their adjudication are hours × rate (see `labellingMinutes`).
 */
export function dataLines(request: DataRequest, book: LeafBook): LineModel[] {
  const { programme } = request;
  const { data } = programme;
  const line = (id: string, label: string, cost: LineCost): LineModel => ({
    id: `cost.data.${id}`,
    category: "data",
    label,
    part: "data-and-evaluation",
    cost,
  });
  const perProgramme = (assumption: string): LineCost => programmeWork(book, data, assumption);
  return [
    line(
      "rights",
      "rights clearance",
      data.plannedRows === 0
        ? CORPUS_ALONE
        : needsClearance(data)
          ? perProgramme("dataset.rights.usd")
          : none("no third-party rows (data.thirdParty), no licensed or scraped file, none public without a licence"),
    ),
    line(
      "redaction",
      "PII and PHI redaction",
      data.personalData === "none"
        ? none("no personal data in the raw rows (data.personalData: none)")
        : perProgramme("dataset.redaction.usd"),
    ),
    line("experts", "annotation by experts", expertWork(request, book)),
    line("synthetic", "synthetic generation", syntheticWork(request, book)),
    line("agreement", "agreement and adjudication", agreementWork(request, book)),
    line(
      "decontamination",
      "evaluation and decontamination",
      data.plannedRows === 0 ? CORPUS_ALONE : perProgramme("dataset.decontamination.usd"),
    ),
    line("corpus", "corpus for continued pre-training", corpusWork(book, programme)),
  ];
}

/** If only a corpus is planned, work on rows does not apply. */
const NO_ROWS = none("does not apply: no rows are planned (data.plannedRows: 0)");

const CORPUS_ALONE = none("no rows are planned (data.plannedRows: 0); the corpus has its own line");

/** True if rows must be cleared: third-party rows must; a public file with a stated licence is already cleared. */
function needsClearance(data: Data): boolean {
  return (
    data.thirdParty ||
    data.files.some(
      ({ origin, licence }) =>
        origin === "licensed" || origin === "scraped" || (origin === "public" && licence === undefined),
    )
  );
}

/** Factor that scales a range for regulated domains down to the programme's domain. */
function domainFactor(book: LeafBook, data: Data): { words: string; value: (read: Read) => number } {
  if (data.regulated) return { words: "", value: () => 1 };
  const id = book.assumed("dataset.unregulated.factor");
  return { words: ` × ${id} (the range is for a regulated domain)`, value: (x) => x(id) };
}

function programmeWork(book: LeafBook, data: Data, assumption: string): LineCost {
  const range = book.assumed(assumption, { isActivity: true });
  const rows = book.stated("data.plannedRows", data.plannedRows, "rows");
  const reference = book.assumed("dataset.reference-rows");
  const exponent = book.assumed("dataset.pipeline-exponent");
  const domain = domainFactor(book, data);
  return computed(
    `${range} × max(1, ${rows} / ${reference}) ^ ${exponent}${domain.words}: work per programme, no less below the reference rows`,
    (x) => x(range) * Math.max(1, x(rows) / x(reference)) ** x(exponent) * domain.value(x),
  );
}

function rowWork(book: LeafBook, data: Data, work: { assumption: string; rows: string }): LineCost {
  const range = book.assumed(work.assumption, { isActivity: true });
  const reference = book.assumed("dataset.reference-rows");
  const domain = domainFactor(book, data);
  const { rows } = work;
  return computed(
    `${range} × ${rows} / ${reference}${domain.words}: in proportion to the rows`,
    (x) => ((x(range) * x(rows)) / x(reference)) * domain.value(x),
  );
}

function syntheticWork({ programme: { data }, measuredSynthesis: measured }: DataRequest, book: LeafBook): LineCost {
  if (data.plannedRows === 0) return NO_ROWS;
  if (data.syntheticRows === 0) return none("no synthetic rows (data.syntheticRows: 0)");
  const rows = book.stated("data.syntheticRows", data.syntheticRows, "rows");
  if (measured === undefined) return rowWork(book, data, { assumption: "dataset.synthetic.usd", rows });
  const { asked, kept, usdPerKeptRow, files } = measured;
  const usd = book.measured("synthesis.usd-per-kept-row", {
    label: `cost per kept row, as measured: ${whole(kept)} of ${whole(asked)} generated rows passed the checks`,
    value: usdPerKeptRow,
    unit: "USD/row",
    ref: files.join(", "),
  });
  return computed(`${rows} × ${usd}`, (x) => x(rows) * x(usd));
}

/** Cost for one person to label all rows that people label, in US dollars. */
type Labelling = { words: string; value: (read: Read) => number };

/**
 * Annotation: rows × share × minutes × rate. Minutes stated by the user are the median and have the spread of effort
 * estimates. Otherwise, minutes follow from the kind of task, the length of a row and the domain.
 */
function labelling({ programme, training }: DataRequest, book: LeafBook): Labelling {
  const { data } = programme;
  const rows = book.stated("data.plannedRows", data.plannedRows, "rows");
  const share = book.stated("data.annotatedShare", data.annotatedShare, "share");
  const rate =
    data.annotatorUsdPerHour === undefined
      ? book.assumed("dataset.experts.usd-per-hour", { isActivity: true })
      : book.stated("data.annotatorUsdPerHour", data.annotatorUsdPerHour, "USD/h");
  if (data.minutesPerRow === undefined) {
    const minutes = labellingMinutes(programme, training.figures, book);
    return {
      words: `${rows} × ${share} × ${minutes} / 60 × ${rate}`,
      value: (x) => ((x(rows) * x(share) * x(minutes)) / 60) * x(rate),
    };
  }
  const minutes = book.stated("data.minutesPerRow", data.minutesPerRow, "minutes");
  const error = book.assumed("cost.effort-error.factor", { isActivity: true });
  return {
    words: `${rows} × ${share} × ${minutes} / 60 × ${rate} × ${error}`,
    value: (x) => ((x(rows) * x(share) * x(minutes)) / 60) * x(rate) * x(error),
  };
}

function expertWork(request: DataRequest, book: LeafBook): LineCost {
  const { data } = request.programme;
  if (data.plannedRows === 0) return NO_ROWS;
  if (data.annotatedShare === 0) return none("people write or label no row (data.annotatedShare: 0)");
  const { words, value } = labelling(request, book);
  return computed(words, value);
}

/**
 * Cost of second labels and adjudication: share of rows with two labels × (1 + the share of these that disagree) × cost
 * of the first labels. A second label takes as long as the first, and so does adjudicating a row whose labels differ.
 */
function agreementWork(request: DataRequest, book: LeafBook): LineCost {
  const { data } = request.programme;
  if (data.plannedRows === 0) return NO_ROWS;
  if (data.annotatedShare === 0) return none("nothing is labelled by people (data.annotatedShare: 0)");
  if (data.doubleLabelledShare === 0) return none("no row is labelled twice (data.doubleLabelledShare: 0)");
  const first = labelling(request, book);
  const doubled =
    data.doubleLabelledShare === undefined
      ? book.assumed("dataset.double-labelled.share")
      : book.stated("data.doubleLabelledShare", data.doubleLabelledShare, "share");
  const disagreed = book.assumed("dataset.disagreement.share");
  return computed(
    `${doubled} × (1 + ${disagreed}) × ${first.words}: second labels, and a decision where two differ`,
    (x) => x(doubled) * (1 + x(disagreed)) * first.value(x),
  );
}

/**
 * Cost of a corpus, which is bought by the token. The published range is for 50 billion tokens and is scaled in
 * proportion. It is for a clean corpus and therefore includes clearance and decontamination of the text; the lines for
 * those cover only the rows.
 */
function corpusWork(book: LeafBook, { training, data }: Programme): LineCost {
  if (training.method !== "continued-pretraining" && data.corpusTokens === 0) {
    return none("no continued pre-training is planned (data.corpusTokens: 0)");
  }
  if (data.corpusTokens === 0) return unknown("continued pre-training is planned but data.corpusTokens is not given");
  const range = book.assumed("dataset.corpus.usd", { isActivity: true });
  const tokens = book.stated("data.corpusTokens", data.corpusTokens, "tokens");
  return computed(
    `${range} × ${tokens} / 5e10: a clean corpus, including its clearance and decontamination`,
    (x) => (x(range) * x(tokens)) / 5e10,
  );
}
