import type { CsvRows } from "../../base/csv.ts";
import type { CalibratedCell, CalibrationResult, MeasurementFile } from "../../domain/calibration.ts";
import { type Calibration, mergeCalibration } from "../calibration/calibration.ts";
import { lookUp } from "../calibration/look-up.ts";
import { PUBLISHED } from "../calibration/published.ts";
import type { MeasuredRun } from "../calibration/residual-rows.ts";
import { correctedBy, type Physics } from "../calibration/uncertain-part.ts";
import { isExcluded, trainingResiduals } from "./calibrate-training.ts";
import { narrowestCell, ladderOf, measuredRun } from "./measured-runs.ts";
import { trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

type Rows = MeasurementFile["rows"];

/** Columns of which a row must have its own to be another row: of the same id and source it takes the other's place. */
const NAME_COLUMNS = ["source_group", "id"] as const;

/** The published calibration with a user's own measured runs beside it. */
export function ownCalibration(rows: Rows, catalogue: Catalogue): Calibration {
  return rows.length === 0 ? PUBLISHED : mergeCalibration(PUBLISHED, trainingResiduals(asFile(rows), catalogue));
}

/**
 * Measured runs that were kept, with those of another file: of two rows with one source and id the later stays, and where
 * a file has several rows of one id, the first takes the place of the first, and so on.
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
 * What of a file can join the calibration, with the rows that do: those that physics answers. A row joins where one of
 * its values does.
 *
 * @param name  the file's name, kept beside each row
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
  const rejected = measurements.filter((each) => "rejected" in each).length;
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

/** How far each cell of some measured runs lies from where it lay before they joined, most measurements first. */
export function movedCells(
  rows: Rows,
  { before, after, catalogue }: { before: Calibration; after: Calibration; catalogue: Catalogue },
): CalibratedCell[] {
  return cellsOf(rows, catalogue)
    .map(({ quantity, facets, n, physics, held }): CalibratedCell | undefined => {
      const request = { quantity, facets, ladder: ladderOf(quantity) };
      const [was, is] = [lookUp(before, request), lookUp(after, request)];
      if ("refused" in is) return undefined;
      const factors = ({ p10, p50, p90 }: typeof is): CalibratedCell["after"] => ({ p10, p50, p90 });
      const known = "refused" in was ? null : was;
      return {
        quantity,
        cell: narrowestCell(facets, quantity),
        n,
        before: known === null ? null : factors(known),
        after: factors(is),
        movedPct:
          known === null
            ? null
            : 100 * (correctedBy(is.p50, { physics, held }) / correctedBy(known.p50, { physics, held }) - 1),
      };
    })
    .filter((cell) => cell !== undefined)
    .toSorted((a, b) => b.n - a.n || (a.cell < b.cell ? -1 : 1));
}

/** The narrowest cells of some measured runs, each once, with their number of measurements and the sums of their physics. */
function cellsOf(
  rows: Rows,
  catalogue: Catalogue,
): (Pick<MeasuredRun, "quantity" | "facets"> & Physics & { n: number })[] {
  const cells = new Map<string, ReturnType<typeof cellsOf>[number]>();
  if (rows.length === 0) return [];
  for (const measurement of trainingMeasurements(asFile(rows), catalogue).measurements) {
    const run = measuredRun(measurement);
    if ("refused" in run) continue;
    const { quantity, facets, physics, held } = run;
    const key = `${quantity}|${narrowestCell(facets, quantity)}`;
    const known = cells.get(key) ?? { quantity, facets, physics: 0, held: 0, n: 0 };
    cells.set(key, { ...known, physics: known.physics + physics, held: known.held + held, n: known.n + 1 });
  }
  return [...cells.values()];
}

/** Kept rows as the file that they would be, each on a line of its own. */
function asFile(rows: Rows): CsvRows {
  const columns = [...new Set(["model", "method", ...rows.flatMap(({ fields }) => Object.keys(fields))])];
  return { columns, rows: rows.map(({ fields }, index) => ({ line: index + 2, fields })), ragged: [] };
}
