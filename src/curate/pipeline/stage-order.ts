/** Stages that may follow `synthetic` without changing the share: they keep all rows, or divide them at random. */
const KEEPS_SHARES = new Set(["import", "split", "synthetic"]);

/**
 * Warnings about the order of stages. If redaction runs before the comparison with a benchmark, names and numbers are
 * missing from the rows, and some exact copies of GSM8K items are not found. If rows are dropped after the share of
 * synthetic rows was capped, the share changes.
 */
export function orderWarnings(stages: readonly { stage: string }[]): string[] {
  const names = stages.map(({ stage }) => stage);
  return [...redactionWarnings(stages), ...shareWarnings(names)];
}

function shareWarnings(names: readonly string[]): string[] {
  const capped = names.indexOf("synthetic");
  const later = capped === -1 ? undefined : names.slice(capped).find((name) => !KEEPS_SHARES.has(name));
  if (later === undefined) return [];
  return [
    `${later} comes after synthetic: rows that it drops can raise the share of synthetic rows above the limit; put synthetic after the stages that drop rows, before split`,
  ];
}

/** Warns of rows that are redacted before they are compared with a benchmark. */
export function redactionWarnings(stages: readonly { stage: string }[]): string[] {
  const names = stages.map(({ stage }) => stage);
  const first = names.indexOf("redact");
  const isLate = first !== -1 && names.indexOf("decontaminate") > first;
  if (!isLate) return [];
  return [
    "decontaminate comes after redact: rows with replaced names and numbers no longer contain an item word for word, so they are not found; put decontaminate before redact",
  ];
}
