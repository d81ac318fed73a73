import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import { recognitionOf } from "../../curate/pii/operators/profiles.ts";
import { rowSpans } from "../../curate/pii/row-spans.ts";
import { readRows } from "../../curate/pipeline/reading/read-rows.ts";
import { openArtefact } from "../../curate/pipeline/storing/artefact-store.ts";
import type { CuratedRow } from "../../curate/stage.ts";
import type { LabelRow, RefusedRows } from "../../domain/label-report.ts";
import { LabelAnswer, type LabelTaskSpec } from "../../domain/label-task.ts";
import { RedactOptions } from "../../domain/redact.ts";
import { answerProblem } from "../../label/answer-value.ts";
import { drawDoubles } from "../../label/draw-doubles.ts";
import { dataLineage } from "../data-run/data-lineage.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/** Largest row that a page can show, in characters of its JSON. */
const MAX_CHARACTERS = 200_000;

/** Rows for a task, and rejected rows. */
export type LoadedRows = { rows: LabelRow[]; refused: RefusedRows };

/**
 * The rows of a task with the ids that `data run` gives them: from a dataset file, or as kept by a stage of the last
 * run. A row is rejected if it contains personal data that was not redacted (unless the task allows it), is too large
 * to be shown, or lacks a field that the task needs.
 *
 * @throws Failure if the file or the stage does not exist, or no row remains
 */
export async function loadRows(loaded: LoadedProgramme, spec: LabelTaskSpec): Promise<LoadedRows> {
  const { rows, isRedacted } = await sourceRows(loaded, spec);
  const recognition = recognitionOf(RedactOptions.parse({}));
  const needsCheck = !spec.allowPersonalData && !isRedacted;
  const refused = new Map<string, { rows: number; example: string }>();
  const taken: Omit<LabelRow, "wanted">[] = [];
  for await (const row of rows) {
    let reason = problemOf(row, spec);
    if (reason === undefined && needsCheck) {
      const [span] = await rowSpans(row.fields, { recognition });
      if (span !== undefined) reason = "personal-data";
    }
    if (reason === undefined) {
      taken.push(labelRow(row, spec));
      continue;
    }
    const known = refused.get(reason) ?? { rows: 0, example: `${row.source}:${row.line}` };
    refused.set(reason, { ...known, rows: known.rows + 1 });
  }
  const list = [...refused].map(([reason, { rows: count, example }]) => ({ reason, rows: count, example }));
  if (taken.length === 0) {
    throw new Failure(
      "bad_input",
      list.length === 0
        ? "there are no rows to label"
        : `no row can be labelled: ${list.map((entry) => `${entry.reason} ${entry.rows}`).join(", ")}`,
      {
        hint: refused.has("personal-data")
          ? "redact the rows first (rows: stage: redact), or set allowPersonalData: true"
          : undefined,
      },
    );
  }
  const doubles = drawDoubles(
    taken.filter(({ gold }) => gold === null),
    { share: spec.doubleShare, seed: spec.seed },
  );
  return { rows: taken.map((row) => ({ ...row, wanted: doubles.has(row.row) ? 2 : 1 })), refused: list };
}

async function sourceRows(
  loaded: LoadedProgramme,
  { rows: { file, stage } }: LabelTaskSpec,
): Promise<{ rows: AsyncIterable<CuratedRow>; isRedacted: boolean }> {
  const { programme, resolve, dir } = loaded;
  if (file !== undefined) {
    const known = programme.data.files.find(({ path }) => path === file);
    if (known === undefined) {
      const names = programme.data.files.map(({ path }) => path);
      throw new Failure("bad_input", `rows.file: ${file} is not among data: files: of programme.yaml`, {
        hint: didYouMean(file, names) ?? "list it there: the ids of its rows depend on its path",
      });
    }
    return { rows: rowsOfFile(await resolve(file), { source: file, delimiter: known.delimiter }), isRedacted: false };
  }
  const { folders } = await dataLineage(dir);
  const index = folders.findIndex((folder) => folder.stage === stage);
  if (index === -1) {
    throw new Failure("not_found", `rows.stage: the last data run has no stage ${stage}`, {
      hint: `it has ${folders.map((folder) => folder.stage).join(", ")}`,
    });
  }
  return {
    rows: rowsOfArtefact(folders[index]!.folder),
    isRedacted: folders.slice(0, index + 1).some((folder) => folder.stage === "redact"),
  };
}

async function* rowsOfFile(
  path: string,
  options: Pick<Parameters<typeof readRows>[1], "source" | "delimiter">,
): AsyncGenerator<CuratedRow> {
  for await (const { rows } of readRows(path, options)) yield* rows;
}

async function* rowsOfArtefact(folder: string): AsyncGenerator<CuratedRow> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  if (manifest === undefined) {
    throw new Failure("not_found", "the rows of that stage were removed", {
      hint: "tunewright data run creates them again",
    });
  }
  for (const record of manifest.shards) yield* await artefact.keptRows(record);
}

/** Reason why a row cannot be part of the task; undefined if it can. */
function problemOf({ fields }: CuratedRow, spec: LabelTaskSpec): string | undefined {
  if (JSON.stringify(fields).length > MAX_CHARACTERS) return "too-large";
  const needed =
    spec.answer.type === "pairwise"
      ? [spec.answer.first, spec.answer.second]
      : spec.answer.type === "correction"
        ? [spec.answer.field]
        : [];
  if ([...needed, ...(spec.show ?? [])].some((name) => !(name in fields))) return "missing-field";
  const gold = valueOf(fields, spec.goldField);
  if (gold !== null && answerProblem(spec.answer, gold) !== undefined) return "unknown-gold-answer";
  return undefined;
}

function labelRow({ id, source, line, fields }: CuratedRow, spec: LabelTaskSpec): Omit<LabelRow, "wanted"> {
  const stratum = spec.stratifyBy === undefined ? undefined : fields[spec.stratifyBy];
  const score = spec.orderBy === undefined ? NaN : Number(fields[spec.orderBy] ?? NaN);
  const suggestion = valueOf(fields, spec.suggestionField);
  return {
    row: id,
    source,
    line,
    fields: { ...fields },
    stratum: stratum === undefined || stratum === null ? null : wordOf(stratum),
    score: Number.isFinite(score) ? score : null,
    gold: valueOf(fields, spec.goldField),
    suggestion: suggestion !== null && answerProblem(spec.answer, suggestion) === undefined ? suggestion : null,
  };
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The answer in a field; null if it is empty. */
function valueOf(fields: CuratedRow["fields"], name: string | undefined): LabelAnswer | null {
  const value = name === undefined ? null : (fields[name] ?? null);
  return value === "" ? null : (LabelAnswer.safeParse(value).data ?? null);
}
