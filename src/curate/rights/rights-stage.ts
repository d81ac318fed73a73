import type { RightsFile, RightsOptions, RightsVerdict, SourceRights } from "../../domain/rights.ts";
import type { CuratedRow, DroppedRow, RowNote, RowStage } from "../stage.ts";
import { judgeRights, type RightsFacts } from "./judge-rights.ts";
import { findLicence } from "./find-licence.ts";
import { licencesIn } from "./row-licences.ts";
import { pageSignals } from "./signals/page-signals.ts";

/** Input of the rights stage: its options, and the content of the files that they name. */
export type RightsInput = RightsOptions & {
  sources: RightsFile["sources"];
  /** Texts of the opt-out files, by their names in the rights file. */
  texts: ReadonlyMap<string, string>;
};

/** Start of the reason of rows that are held for counsel. */
const COUNSEL = "counsel: ";

/** True for the reason of rows that are held for counsel, not blocked. */
export function isHeldForCounsel(reason: string): boolean {
  return reason.startsWith(COUNSEL);
}

/**
 * Keeps the rows that may be trained on. Reasons of a drop are the rules of `judgeRights`, rows held for counsel as
 * `counsel: RULE`; every row has a note with its verdict, licence and duties.
 */
export const rightsStage: RowStage<RightsInput> = {
  kind: "row",
  name: "rights",
  version: 3,
  run: (rows, input) => {
    const judge = rightsJudge(input);
    const kept: CuratedRow[] = [];
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    for (const row of rows) {
      const { verdict, rule, detail, licence, duties } = judge(row);
      notes.push({ id: row.id, note: { verdict, rule, licence, duties } });
      if (verdict === "allowed" || (verdict === "needs-counsel" && input.counsel === "keep")) kept.push(row);
      else dropped.push({ row, reason: verdict === "blocked" ? rule : `${COUNSEL}${rule}`, detail });
    }
    return { kept, dropped, notes };
  },
};

/** Judges rows; equal facts are judged once. */
export function rightsJudge(input: RightsInput): (row: CuratedRow) => RightsVerdict {
  const verdicts = new Map<string, RightsVerdict>();
  return ({ source: name, fields }) => {
    const wordsIn = (field: string | undefined): string[] => (field === undefined ? [] : wordsOf(fields[field]));
    const [pages, models] = [wordsIn(input.urlField), wordsIn(input.generatedByField)];
    const licences = input.licenceField === undefined ? [] : licencesIn(fields[input.licenceField], isKnownLicence);
    const source = sourceOf(input.sources, name);
    const withdrawal = withdrawalOf(source, fields);
    const emptyLicence = licences.length === 0 && isIn(fields, input.licenceField) ? input.licenceField : undefined;
    const key = JSON.stringify([name, licences, emptyLicence, pages, models, withdrawal]);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const urls = pages.length === 0 ? [undefined] : pages;
    const verdict = judgeRights(
      {
        source,
        licences,
        emptyLicence,
        generatedBy: [...(source?.generatedBy ?? []), ...models],
        withdrawal,
        signals: source === undefined ? [] : urls.flatMap((url) => pageSignals(source, { url, texts: input.texts })),
      },
      input,
    );
    if (verdicts.size < MOST_VERDICTS) verdicts.set(key, verdict);
    return verdict;
  };
}

/**
 * Value of a row in the field that identifies withdrawn consents, if it is one of them. A row without a name in that
 * field may belong to anyone; one without a mark (`true`) is not marked.
 */
function withdrawalOf(source: SourceRights | undefined, fields: CuratedRow["fields"]): RightsFacts["withdrawal"] {
  const withdrawn = source?.personalData?.withdrawn;
  if (withdrawn === undefined) return undefined;
  const words = wordsOf(fields[withdrawn.field]);
  const values = new Set(withdrawn.values.map(String));
  const found = words.find((word) => values.has(word));
  if (found !== undefined) return { is: "withdrawn", by: `${withdrawn.field} ${found}` };
  const isMark = withdrawn.values.every((value) => typeof value === "boolean");
  return words.length > 0 || isMark ? undefined : { is: "unknown", by: `the row has no ${withdrawn.field}` };
}

/** Maximum number of cached verdicts: rows with distinct pages would otherwise fill the memory. */
const MOST_VERDICTS = 100_000;

function isKnownLicence(text: string): boolean {
  return findLicence(text).licence !== undefined;
}

/** True if a row has a field, with any value. */
function isIn(fields: CuratedRow["fields"], name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(fields, name);
}

/** The facts of a dataset: those under its name, otherwise those for all datasets. */
function sourceOf(sources: readonly SourceRights[], name: string): SourceRights | undefined {
  return sources.find(({ source }) => source === name) ?? sources.find(({ source }) => source === "*");
}

/** The texts of a field: a text or a list of texts; anything else as JSON, which no table contains. */
function wordsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  const text = typeof value === "string" ? value.trim() : JSON.stringify(value);
  return text === "" ? [] : [text];
}
