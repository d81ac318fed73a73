import { textTable, wrapText } from "../../base/text-table.ts";
import { formatCount } from "../../base/units.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";

/** Widest bar of a histogram, in characters. */
const BAR = 30;

const COUNT = new Intl.NumberFormat("en-US");

/** Profiles as text: one table of all files, then the lengths and the findings of each. */
export function profileText(profiles: readonly DatasetProfile[]): string {
  const parts = profiles.map((profile) => details(profile, profiles.length > 1));
  return [summary(profiles), ...parts, ...methodNote(profiles)].join("\n\n");
}

function summary(profiles: readonly DatasetProfile[]): string {
  const columns = ["rows", "valid", "duplicates", "trainable", "tokens", "low–high", "p10", "p50", "p90", "p99", "max"];
  const total = (countOf: (profile: DatasetProfile) => number): number =>
    profiles.reduce((sum, profile) => sum + countOf(profile), 0);
  const rows: (string[] | null)[] = profiles.map((profile) => [
    profile.path,
    profile.format,
    ...[profile.rows, profile.validRows, profile.duplicateRows, profile.trainableRows].map((count) =>
      COUNT.format(count),
    ),
    profile.tokens ? formatCount(profile.tokens.total) : "unknown",
    profile.tokens ? `${formatCount(profile.tokens.totalLow)}–${formatCount(profile.tokens.totalHigh)}` : "",
    ...(profile.rowTokens
      ? [
          profile.rowTokens.p10,
          profile.rowTokens.p50,
          profile.rowTokens.p90,
          profile.rowTokens.p99,
          profile.rowTokens.max,
        ]
      : []
    ).map((tokens) => COUNT.format(Math.round(tokens))),
  ]);
  if (profiles.length > 1) {
    rows.push(null, [
      "total",
      "",
      COUNT.format(total((entry) => entry.rows)),
      COUNT.format(total((entry) => entry.validRows)),
      COUNT.format(total((entry) => entry.duplicateRows)),
      COUNT.format(total((entry) => entry.trainableRows)),
      formatCount(total((entry) => entry.tokens?.total ?? 0)),
      // The errors of the files have one cause, the tokenizer, so that the ends add up.
      `${formatCount(total((entry) => entry.tokens?.totalLow ?? 0))}–${formatCount(total((entry) => entry.tokens?.totalHigh ?? 0))}`,
    ]);
  }
  const heads = [{ head: "file" }, { head: "format" }, ...columns.map((head) => ({ head, align: "right" as const }))];
  return `${textTable(heads, rows)}\n\nTrainable rows are the valid ones without exact duplicates; p10 to max are tokens per row.`;
}

function details(profile: DatasetProfile, isNamed: boolean): string {
  const parts = [
    histogram(profile),
    findings(profile),
    [classNote(profile), delimiterNote(profile), sampleNote(profile)].filter((note) => note !== "").join("\n"),
  ].filter((part) => part !== "");
  return [...(isNamed ? [profile.path] : []), ...parts].join("\n\n");
}

function histogram({ histogram: bins }: DatasetProfile): string {
  if (bins.length === 0) return "";
  const most = Math.max(...bins.map((bin) => bin.rows));
  const rows = bins.map(({ fromTokens, toTokens, rows }) => [
    `${COUNT.format(fromTokens)}–${COUNT.format(Math.max(fromTokens, toTokens - 1))}`,
    COUNT.format(rows),
    "█".repeat(rows === 0 ? 0 : Math.max(1, Math.round((BAR * rows) / most))),
  ]);
  return textTable([{ head: "tokens", align: "right" }, { head: "rows", align: "right" }, { head: "" }], rows);
}

function findings({ findings: found }: DatasetProfile): string {
  if (found.length === 0) return "its rows have no errors";
  const rows = found.flatMap(({ kind, count, examples }) =>
    examples.map(({ line, detail }, index) => [
      index === 0 ? kind : "",
      index === 0 ? COUNT.format(count) : "",
      COUNT.format(line),
      detail,
    ]),
  );
  return textTable(
    [{ head: "finding" }, { head: "rows", align: "right" }, { head: "first at", align: "right" }, { head: "what" }],
    rows,
  );
}

/** Classes of the trainable rows, if the answers are classes. */
function classNote({ classes }: DatasetProfile): string {
  if (classes === null) return "";
  const [largest, smallest] = [classes.counts[0]!, classes.counts.at(-1)!];
  const variants = classes.variants ?? [];
  const shown = variants.slice(0, 3).map((group) => group.map((name) => JSON.stringify(name)).join(", "));
  const more = variants.length > shown.length ? `; and ${variants.length - shown.length} more` : "";
  const warning =
    variants.length === 0
      ? ""
      : `\n${wrapText(`warning: classes that differ only in case or white space: ${shown.join("; ")}${more}. Write each class in one way, or a model learns them as different classes.`)}`;
  return `${wrapText(
    `The field "${classes.field}" has ${classes.counts.length} classes: the largest, "${largest.name}", has ${COUNT.format(largest.rows)} rows, the smallest, "${smallest.name}", ${COUNT.format(smallest.rows)}.`,
  )}${warning}`;
}

/** The delimiter of a CSV file, if it is not a comma. */
function delimiterNote({ delimiter }: DatasetProfile): string {
  if (delimiter === null || delimiter === "comma") return "";
  return `Its fields are separated by ${delimiter}s.`;
}

/** Number of rows from which this file's tokens were counted. */
function sampleNote({ tokens, validRows }: DatasetProfile): string {
  if (!tokens) return "";
  return tokens.exact
    ? "The tokens of every row were counted."
    : `Tokens were counted in a sample of ${COUNT.format(tokens.sampledRows)} of ${COUNT.format(validRows)} rows; the rest follows from their characters.`;
}

/** Token-counting method; stated once, because it is the same for all files. */
function methodNote(profiles: readonly DatasetProfile[]): string[] {
  const tokens = profiles.find((profile) => profile.tokens)?.tokens;
  if (!tokens) return [];
  const isSampled = profiles.some((profile) => profile.tokens?.exact === false);
  const holds = `low–high includes ${isSampled ? "the 95 % interval of the sample and " : ""}the error of the method`;
  return [wrapText(`Tokens are those of ${tokens.tokenizer}; ${holds}: ${tokens.errorNote}.`)];
}
