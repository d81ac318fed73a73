/**
 * Errors in the order of stages. If redaction runs before the comparison with a benchmark, names and numbers are
 * missing from the rows: some exact copies of GSM8K items are then not found.
 */
export function orderWarnings(stages: readonly { stage: string }[]): string[] {
  const names = stages.map(({ stage }) => stage);
  const first = names.indexOf("redact");
  const isLate = first !== -1 && names.indexOf("decontaminate") > first;
  if (!isLate) return [];
  return [
    "decontaminate comes after redact: rows with replaced names and numbers no longer contain an item word for word, so they are not found; put decontaminate before redact",
  ];
}
