import type { CsvRows } from "../../base/csv.ts";
import type { CalibratedCell, CalibrationResult, MeasurementFile } from "../../domain/calibration.ts";
import { type Calibration, type CellRequest, mergeCalibration } from "../calibration/calibration.ts";
import { lookUp } from "../calibration/look-up.ts";
import { PUBLISHED } from "../calibration/published.ts";
import type { MeasuredRun } from "../calibration/residual-rows.ts";
import { correctedBy } from "../calibration/uncertain-part.ts";
import { isExcluded, trainingResiduals } from "./calibrate-training.ts";
import { narrowestCell, ladderOf, measuredRun } from "./measured-runs.ts";
import { trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

type Rows = MeasurementFile["rows"];

/** Columns that identify a row: a row replaces an earlier one with the same id and source. */
const NAME_COLUMNS = ["source_group", "id"] as const;

/** The published calibration, extended with a user's own measured runs. */
export function ownCalibration(rows: Rows, catalogue: Catalogue): Calibration {
  return rows.length === 0 ? PUBLISHED : mergeCalibration(PUBLISHED, trainingResiduals(asFile(rows), catalogue, true));
}

/**
 * Merges stored measured runs with those of another file. Of two rows with the same source and id, the later is kept.
 * If a file has several rows with one id, the first replaces the first, the second the second, and so on.
 */
export function joinRows(known: Rows, added: Rows): Rows {
  return [...new Map([...named(known), ...named(added)]).values()];
}

function named(rows: Rows): [name: string, row: Rows[number]][] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    const { from, line, fields } = row;
    const name = fields["id"] ? NAME_COLUMNS.map((column) => fields[column] ?? "").join("|") : `${from}|${line}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return [`${name}|${count}`, row];
  });
}

/**
 * Rows of a file that can be added to the calibration: those that the physics covers. A row is added if at least one of
 * its values is usable.
 *
 * @param name the file's name, stored with each row
 */
export function joiningRows(
  file: CsvRows,
  name: string,
  catalogue: Catalogue,
): Pick<CalibrationResult, "joined" | "refused" | "rejected" | "excluded" | "unmeasured" | "reasons"> & { rows: Rows } {
  const kept = file.rows.filter((row) => !isExcluded(row));
  const { measurements, unmeasured } = trainingMeasurements({ ...file, rows: kept }, catalogue);
  const reasons: CalibrationResult["reasons"] = [];
  const lines = new Set<number>();
  let joined = 0;
  for (const measurement of measurements) {
    const { line, quantity } = measurement;
    const run = measuredRun(measurement);
    if ("refused" in run) reasons.push({ line, quantity, reason: run.refused });
    else {
      joined += 1;
      lines.add(line);
    }
  }
  const rejected = measurements.filter((measurement) => "rejected" in measurement).length;
  return {
    joined,
    refused: reasons.length - rejected,
    rejected,
    excluded: file.rows.length - kept.length,
    unmeasured,
    reasons,
    rows: kept
      .filter(({ line }) => lines.has(line))
      .map(({ line, fields }) => ({
        from: name,
        line,
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")),
      })),
  };
}

/** Change of each cell caused by some measured runs; cells with the most measurements come first. */
export function movedCells(
  rows: Rows,
  { before, after, catalogue }: { before: Calibration; after: Calibration; catalogue: Catalogue },
): CalibratedCell[] {
  return cellsOf(rows, catalogue)
    .map((runs): CalibratedCell | undefined => {
      const { quantity, facets } = runs[0]!;
      const [was, is, other] = [
        lookUp(before, requestOf(runs)),
        lookUp(after, requestOf(runs)),
        lookUp(after, requestOf(runs, OTHER_MODEL)),
      ];
      if ("refused" in is) return undefined;
      const factors = ({ p10, p50, p90 }: typeof is): CalibratedCell["after"] => ({ p10, p50, p90 });
      const known = "refused" in was ? null : was;
      const distinct = (name: "model" | "layout"): number => new Set(runs.map(({ run }) => run?.[name])).size;
      return {
        quantity,
        cell: narrowestCell(facets, quantity),
        n: runs.length,
        models: distinct("model"),
        layouts: distinct("layout"),
        before: known === null ? null : factors(known),
        after: factors(is),
        movedPct: known === null ? null : movedPct(runs, known.p50, is.p50),
        otherModelMovedPct: known === null || "refused" in other ? null : movedPct(runs, known.p50, other.p50),
        belowState: runs.filter(({ measured, stateGib }) => measured < (stateGib ?? 0)).length,
      };
    })
    .filter((cell) => cell !== undefined)
    .toSorted((a, b) => b.n - a.n || (a.cell < b.cell ? -1 : 1));
}

/** A run that is similar to no measured run of a cell. */
const OTHER_MODEL: NonNullable<MeasuredRun["run"]> = { model: "another", layout: "another", setting: "another" };

/** The representative run of a cell: the given one, by default the one with the most measurements. */
function requestOf(runs: readonly MeasuredRun[], run: MeasuredRun["run"] = mostMeasured(runs)): CellRequest {
  const { quantity, facets } = runs[0]!;
  return { quantity, facets, ladder: ladderOf(quantity), run };
}

function mostMeasured(runs: readonly MeasuredRun[]): MeasuredRun["run"] {
  const counted = new Map<string, number>();
  const nameOf = ({ run }: MeasuredRun): string => Object.values(run ?? {}).join("|");
  for (const run of runs) counted.set(nameOf(run), (counted.get(nameOf(run)) ?? 0) + 1);
  return runs.reduce((best, run) => (counted.get(nameOf(run))! > counted.get(nameOf(best))! ? run : best)).run;
}

/**
 * Change of an estimate between two calibration factors, for the combined physics of all runs of a cell, in per cent.
 */
function movedPct(runs: readonly MeasuredRun[], from: number, to: number): number {
  const sum = (name: "physics" | "held"): number => runs.reduce((total, run) => total + run[name], 0);
  const physics = { physics: sum("physics"), held: sum("held") };
  return 100 * (correctedBy(to, physics) / correctedBy(from, physics) - 1);
}

/** Measured runs by their narrowest cell; runs that the physics does not cover are skipped. */
function cellsOf(rows: Rows, catalogue: Catalogue): MeasuredRun[][] {
  const cells = new Map<string, MeasuredRun[]>();
  if (rows.length === 0) return [];
  for (const measurement of trainingMeasurements(asFile(rows), catalogue).measurements) {
    const run = measuredRun(measurement);
    if ("refused" in run) continue;
    const key = `${run.quantity}|${narrowestCell(run.facets, run.quantity)}`;
    cells.set(key, [...(cells.get(key) ?? []), run]);
  }
  return [...cells.values()];
}

/** Converts stored rows to the form of a file, one per line. */
function asFile(rows: Rows): CsvRows {
  const columns = [...new Set(["model", "method", ...rows.flatMap(({ fields }) => Object.keys(fields))])];
  return { columns, rows: rows.map(({ fields }, index) => ({ line: index + 2, fields })), ragged: [] };
}
