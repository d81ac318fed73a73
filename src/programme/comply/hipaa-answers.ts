import { percentRange, whole } from "../../base/words.ts";
import { residueOf } from "../../comply/deid-residue.ts";
import { profileFacts, recognitionOf, SAFE_HARBOR, unmetBy } from "../../curate/pii/operators/profiles.ts";
import { activeRecognisers } from "../../curate/pii/recognisers/recognise.ts";
import { recogniserFacts } from "../../curate/pii/recognisers/recogniser-facts.ts";
import type { DataReport, EntitySummary } from "../../domain/data-report.ts";
import type { PiiMeasurement } from "../../domain/pii.ts";
import { PiiStageOptions } from "../../domain/redact.ts";
import type { PaperAnswer } from "./fill-paper.ts";

/** Answers of the last data run for the report on de-identification. */
type Redaction = { options: PiiStageOptions; version: unknown; found: readonly EntitySummary[] };

const RUN = "the last data run";
const NO_STAGE =
  "the last data run has no stage redact: add it to data.pipeline with profile: hipaa, then run tunewright data run";

/** Operators that replace a value with a code or another value. */
const CODES: ReadonlySet<string> = new Set(["hash", "encrypt", "surrogate", "date-shift"]);

const NO_RUN =
  "no data run: add the stage redact with profile: hipaa to data.pipeline, then run tunewright data run; the person responsible for the data can do it";

/** Fields of the HIPAA report that a data run fills. */
const RUN_FIELDS = ["HD.1.sources", "HD.1.fields", "HD.1.dropped", "HD.1.out", "HD.2.done"];

/** The fields that require a data run, for a programme without one. */
export function hipaaWithoutRun(): [string, PaperAnswer][] {
  return [...RUN_FIELDS, ...REDACTION_FIELDS].map((id) => [id, { answer: null, from: NO_RUN }]);
}

/** Answers of the stage redact of the last data run to the fields of the HIPAA report; empty if it did not run. */
export function hipaaAnswers(report: DataReport): [string, PaperAnswer][] {
  const redaction = redactionOf(report);
  const rows = rowsAnswers(report);
  if (redaction === null) {
    return [...rows, ...REDACTION_FIELDS.map((id): [string, PaperAnswer] => [id, { answer: null, from: NO_STAGE }])];
  }
  return [
    ...rows,
    ...methodAnswers(report, redaction),
    ...identifierAnswers(redaction),
    ...residueAnswers(report, redaction),
  ];
}

const REDACTION_FIELDS = [
  "HD.2.tool",
  "HD.2.operators",
  "HD.2.limits",
  ...SAFE_HARBOR.map(([letter]) => `HD.3.${letter}`),
  "HD.4.again",
  "HD.4.review",
  "HD.4.estimate",
  "HD.4.unmeasured",
  "HD.5.codes",
  "HD.5.custody",
];

function redactionOf({ personalData, datasheet }: DataReport): Redaction | null {
  const fact = datasheet.find(({ id }) => id === "dataset.filter.anonymisation");
  if (personalData === null || fact === undefined || fact.value === null) return null;
  const { options, version } = fact.value as { options: unknown; version: unknown };
  return { options: PiiStageOptions.parse(options), version, found: personalData.entities };
}

function rowsAnswers({ funnel, sources, datasheet, changed }: DataReport): [string, PaperAnswer][] {
  const dropped = funnel.flatMap(({ stage, dropped: reasons }) =>
    reasons.map(({ reason, rows }) => `${stage}: ${reason} ${whole(rows)}`),
  );
  const datasheetAnswer = (field: string, id: string): [string, PaperAnswer][] => {
    const fact = datasheet.find((entry) => entry.id === id);
    if (fact === undefined) return [];
    return [
      [field, { answer: fact.answer, from: fact.answer === null ? (fact.supply ?? RUN) : `${id} (${fact.basis})` }],
    ];
  };
  const since = changed.length === 0 ? RUN : `${RUN}; changed since: ${changed.join(", ")}`;
  return [
    [
      "HD.1.sources",
      {
        answer: sources.map(({ source, sha256 }) => `${source}, SHA-256 begins ${sha256.slice(0, 16)}`).join("; "),
        from: since,
      },
    ],
    ["HD.1.dropped", { answer: dropped.length === 0 ? "none" : `rows: ${dropped.join("; ")}`, from: since }],
    ...datasheetAnswer("HD.1.fields", "dataset.manifest.content"),
    ...datasheetAnswer("HD.1.out", "dataset.manifest.files"),
    ...datasheetAnswer("HD.2.done", "dataset.manifest.made"),
  ];
}

function methodAnswers({ tool }: DataReport, { options, version, found }: Redaction): [string, PaperAnswer][] {
  const { profile, minScore, reviewScore, onLeak, nerModel, locales, recognisers = [] } = options;
  const words = [
    `${tool}, stage redact version ${String(version)}, profile ${profile}`,
    `redacts from score ${minScore}, asks a person from ${reviewScore}`,
    onLeak === "drop" ? "drops rows with remaining personal data" : "keeps rows with remaining personal data",
    nerModel === undefined ? "names by lists, without a model" : "names by lists and a model",
    ...(locales === undefined ? [] : [`identifiers of ${locales.join(", ")} as well`]),
    ...(recognisers.length === 0 ? [] : [`own recognisers: ${recognisers.map(({ entity }) => entity).join(", ")}`]),
  ];
  const done = found.map(({ entity, operators }) => `${entity} ${operators.join(", ")}`);
  const codes = found.filter(({ operators }) => operators.some((operator) => CODES.has(operator)));
  const unmet = unmetBy(options);
  const limits = [
    ...(profile === "hipaa" ? [] : [`profile ${profile} does not look for all identifiers of Safe Harbor`]),
    ...profileFacts(profile).notSeen,
    ...(unmet.kept.length === 0 ? [] : [`kept as requested: ${unmet.kept.join(", ")}`]),
    ...unmet.derived,
  ];
  return [
    ["HD.2.tool", { answer: words.join("; "), from: `options of the stage redact in ${RUN}` }],
    ["HD.2.operators", { answer: done.length === 0 ? "nothing was found" : done.join("; "), from: RUN }],
    ["HD.2.limits", { answer: limits.join("; "), from: `profile ${profile} (docs/concepts/personal-data.md)` }],
    [
      "HD.5.codes",
      {
        answer:
          codes.length === 0
            ? "none: everything found was replaced, removed or generalised"
            : codes.map(({ entity, operators }) => `${entity}: ${operators.join(", ")}`).join("; "),
        from: RUN,
      },
    ],
    ...(codes.length === 0
      ? ([["HD.5.custody", { answer: "no one: no codes are used", from: RUN }]] as [string, PaperAnswer][])
      : []),
  ];
}

function identifierAnswers({ options, found }: Redaction): [string, PaperAnswer][] {
  const looked = new Set(activeRecognisers(recognitionOf(options)).map(({ entity }) => entity));
  return SAFE_HARBOR.map(([letter, , entities]): [string, PaperAnswer] => [
    `HD.3.${letter}`,
    identifierAnswer(entities, { looked, found, profile: options.profile }),
  ]);
}

function identifierAnswer(
  entities: readonly string[],
  { looked, found, profile }: { looked: ReadonlySet<string>; found: readonly EntitySummary[]; profile: string },
): PaperAnswer {
  if (entities.length === 0) {
    return {
      answer: null,
      from: "only text is searched; the person responsible for the data can confirm that no row contains any",
    };
  }
  const sought = entities.filter((entity) => looked.has(entity));
  const unsought = entities.filter((entity) => !looked.has(entity));
  const missing = `profile ${profile} does not look for ${unsought.join(", ")}`;
  if (sought.length === 0) return { answer: null, from: `${missing}: use profile: hipaa in the stage redact` };
  const lines = found
    .filter(({ entity }) => entities.includes(entity))
    .map(
      ({ entity, spans, rows, operators }) =>
        `${entity}: ${places(spans)} in ${whole(rows)} rows, ${operators.join(", ")}`,
    );
  const none = `none found; looked for ${sought.join(", ")}`;
  return {
    answer: [...(lines.length === 0 ? [none] : lines), ...(unsought.length === 0 ? [] : [missing])].join("; "),
    from: `stage redact of ${RUN}`,
  };
}

function residueAnswers({ personalData, funnel }: DataReport, { found, options }: Redaction): [string, PaperAnswer][] {
  const measured = measurements();
  const lines = found.flatMap(({ entity, spans }) => {
    const residue = residueOf(spans, measured.get(entity) ?? []);
    if (residue === null) return [];
    const { low, high, recallLow, recallHigh } = residue;
    const recall = `recall ${percentRange(recallLow, recallHigh)}`;
    return [`${entity} ${whole(Math.floor(low))}-${whole(Math.ceil(high))} left for ${whole(spans)} found (${recall})`];
  });
  const unmeasured = found.filter(({ entity }) => residueOf(1, measured.get(entity) ?? []) === null);
  const rows = funnel.find(({ stage }) => stage === "redact")?.rowsIn;
  const leaks = personalData?.leaks ?? 0;
  const fate = options.onLeak === "drop" ? "dropped" : "kept";
  return [
    [
      "HD.4.again",
      {
        answer: `${whole(leaks)} of ${rows === undefined ? "unknown" : whole(rows)} rows${leaks === 0 ? "" : `, ${fate}`}`,
        from: `leak check of the stage redact, ${RUN}`,
      },
    ],
    ["HD.4.review", { answer: places(personalData?.review ?? 0), from: RUN }],
    [
      "HD.4.estimate",
      {
        answer:
          found.length === 0 ? "none: nothing was found to which recall could be applied" : lines.join("; ") || null,
        from:
          lines.length === 0 && found.length > 0
            ? "none of the kinds found has a measured recall; the person responsible for the data can label a sample"
            : "found × (1 − recall) / recall, 95 % limits of the recall on Presidio synth v2 and MEDDOCAN dev; an estimate for similar rows, not a count in these",
      },
    ],
    [
      "HD.4.unmeasured",
      {
        answer:
          unmeasured.length === 0
            ? "none"
            : unmeasured.map(({ entity, spans }) => `${entity} ${places(spans)}`).join("; "),
        from: "recall of the recognisers as measured (tunewright data redact --list)",
      },
    ],
  ];
}

function places(count: number): string {
  return `${whole(count)} ${count === 1 ? "place" : "places"}`;
}

/** Measured recall by entity; all recognisers of one entity are measured on the same rows. */
function measurements(): ReadonlyMap<string, readonly PiiMeasurement[]> {
  return new Map(recogniserFacts().map(({ entity, measured }) => [entity, measured]));
}
