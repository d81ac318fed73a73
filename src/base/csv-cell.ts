/** Characters that a spreadsheet interprets as the start of a formula. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * A value as a CSV cell. A value that a spreadsheet would run as a formula is prefixed with an apostrophe, which
 * spreadsheets hide and `parseCsv` removes; numbers are unchanged, also -Infinity.
 */
export function csvCell(value: string): string {
  const isFormula = FORMULA.test(value) && !Number.isFinite(Number(value)) && value !== "-Infinity";
  const safe = isFormula ? `'${value}` : value;
  return /[",\r\n#]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A cell without the apostrophe that prevents a spreadsheet from running it. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
