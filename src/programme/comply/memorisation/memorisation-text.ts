import { textTable } from "../../../base/text-table.ts";
import type { CanaryFile, Memorisation } from "../../../domain/memorisation.ts";

/** Text of a test of memorisation. */
export function memorisationText({ verdict, reasons, exposures, verbatim }: Memorisation): string {
  const table = textTable(
    [
      { head: "canary" },
      { head: "planted" },
      { head: "rank", align: "right" },
      { head: "of", align: "right" },
      { head: "exposure, bits", align: "right" },
      { head: "found" },
    ],
    exposures.map(({ id, isPlanted, rank, candidates, exposureBits, isFound }) => [
      id,
      isPlanted ? "yes" : "no",
      String(rank),
      String(candidates),
      exposureBits.toFixed(2),
      isFound ? "yes" : "no",
    ]),
  );
  return [
    ...reasons,
    ...(exposures.length === 0 ? [] : ["", table]),
    ...(verbatim === null || verbatim.rows.length === 0 ? [] : ["", `reproduced rows: ${verbatim.rows.join(", ")}`]),
    "",
    `Verdict: ${verdict}. A person confirms it as model.personalDataExtractable in compliance.yaml.`,
  ].join("\n");
}

/** Text of planted canaries. */
export function canaryText({ canaries, rows, repeats, dataset }: CanaryFile): string {
  const planted = canaries.filter(({ isPlanted }) => isPlanted).map(({ id }) => id);
  return [
    `${planted.length} canaries, each ${repeats} times, among ${rows} rows of ${dataset}: ${planted.join(", ")}.`,
    `${canaries.length - planted.length} more were drawn but not planted, as a control.`,
    "Train a separate version on this dataset: do not release a model that was trained on canaries.",
  ].join("\n");
}
