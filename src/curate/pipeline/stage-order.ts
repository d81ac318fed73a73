/**
 * What is wrong with the order of stages. Names and numbers that redaction replaced are missing where a row is compared
 * with a benchmark: of the items of GSM8K that rows hold word for word, some are then not found.
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
