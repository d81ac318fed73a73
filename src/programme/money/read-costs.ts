import { parseCsv } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { fieldProblems } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { type CostList, SpendRequest } from "../../domain/money.ts";

/** Columns of a file of costs. */
const COLUMNS = Object.keys(SpendRequest.shape);

/** Columns that every file needs: a row without a day would be another cost each day that the file is entered. */
const REQUIRED = ["activity", "memo", "on"];

/** Number of digits of the digest that identifies a row without a reference. */
const DIGITS = 16;

/**
 * Reads hours of people and fixed costs from a CSV file, one row each. A row without a reference is identified by its
 * content, so that entering a file twice, or a longer version of it, enters each row once.
 *
 * @param shown name of the file for messages
 * @throws Failure not_found, or bad_input with every problem of the file
 */
export async function readCosts(path: string, shown: string): Promise<CostList> {
  const { columns, rows } = parseCsv(await readText(path, { shown }), shown);
  checkColumns(columns, shown);
  const seen = new Map<string, number>();
  const problems: string[] = [];
  const costs = rows.flatMap(({ line, fields }): CostList["costs"] => {
    const place = `${shown}, line ${line}`;
    const given = Object.fromEntries(Object.entries(fields).filter(([, cell]) => cell !== ""));
    const missing = REQUIRED.filter((column) => given[column] === undefined);
    const cost = SpendRequest.safeParse(given);
    if (missing.length > 0) problems.push(`${place}: ${missing.join(", ")} is empty`);
    else if (!cost.success)
      problems.push(
        ...fieldProblems(cost.error, given).map(({ path: at, text }) => `${place}, ${at.join(".")}: ${text}`),
      );
    else return [{ ...cost.data, reference: cost.data.reference ?? identityOf(given, seen), place }];
    return [];
  });
  if (problems.length > 0)
    throw new Failure("bad_input", problems.join("\n"), {
      hint: "correct the rows: a file is entered completely or not at all",
    });
  if (costs.length === 0) throw new Failure("bad_input", `${shown} has no rows`, { hint: "add a row for each cost" });
  return { costs };
}

function checkColumns(columns: readonly string[], shown: string): void {
  const unknown = columns.find((column) => !COLUMNS.includes(column));
  if (unknown !== undefined)
    throw new Failure("bad_input", `${shown}, line 1: unknown column "${unknown}"`, {
      hint: didYouMean(unknown, COLUMNS) ?? `columns: ${COLUMNS.join(", ")}`,
    });
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  throw new Failure("bad_input", `${shown} has no column ${missing.join(", ")}`, {
    hint: `columns: ${COLUMNS.join(", ")}`,
  });
}

/** Reference of a row without one: its content, with its number among equal rows of the file. */
function identityOf(given: Readonly<Record<string, string>>, seen: Map<string, number>): string {
  const digest = sha256(canonicalJson(given)).slice(0, DIGITS);
  const ordinal = (seen.get(digest) ?? 0) + 1;
  seen.set(digest, ordinal);
  return ordinal === 1 ? `row ${digest}` : `row ${digest} ${ordinal}`;
}
