/** A column as the grammar of filters accepts it: in backticks if it contains a character that ends a word. */
export function quotedColumn(column: string): string {
  const dot = column.indexOf(".");
  const [kind, key] = [column.slice(0, dot), column.slice(dot + 1)];
  return /^[^\s=<>!'"`()]+$/.test(key) ? column : `${kind}.\`${key}\``;
}

/**
 * The filter that finds the runs of a group among those of another filter; undefined if the grammar has no words for it:
 * for experiments, combinations of datasets, and values with a quotation mark.
 */
export function groupFilter(
  filter: string,
  { by, values }: { by: readonly string[]; values: readonly (string | null)[] },
): string | undefined {
  const clauses: string[] = filter.trim() === "" ? [] : [filter];
  for (const [index, key] of by.entries()) {
    const value = values[index] ?? null;
    if (!/^(?:params|tags)\./.test(key) || value?.includes("'") === true) return undefined;
    clauses.push(value === null ? `${quotedColumn(key)} IS NULL` : `${quotedColumn(key)} = '${value}'`);
  }
  return clauses.join(" and ");
}
