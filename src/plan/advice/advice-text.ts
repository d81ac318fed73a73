import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber, formatRange } from "../../base/units.ts";
import { whole } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { LargestRun, Remedies, Remedy } from "../../domain/memory-advice.ts";
import type { RunSpec } from "../../domain/run-spec.ts";

/** Text of the largest run that fits at p90 and, if the run does not fit, of the first changes to make. */
export function adviceText(
  { batchSequences, sequenceTokens }: LargestRun,
  { each: entry, together }: Remedies,
  spec: Pick<RunSpec, "batchSequences" | "sequenceTokens">,
): string {
  const largest = textTable(
    [{ head: "what fits at p90" }, { head: "most", align: "right" }],
    [
      [
        `sequences per micro-step, of ${whole(spec.sequenceTokens)} tokens`,
        batchSequences === null ? "none" : whole(batchSequences),
      ],
      [
        `tokens per sequence, ${whole(spec.batchSequences)} per micro-step`,
        sequenceTokens === null ? "none" : whole(sequenceTokens),
      ],
    ],
  );
  if (entry.length === 0) return largest;
  const remedies = textTable(
    [
      { head: "changes that make it fit; ‡ other GPUs, † changes of the training", wrap: 62 },
      { head: "saves GiB", align: "right" },
      { head: "GiB then", align: "right" },
      { head: "fits" },
      { head: "GPU-hours", align: "right" },
    ],
    entry.map((remedy) => [
      `${remedy.change}${markOf(remedy)}`,
      savedText(remedy),
      rangeText(remedy.device),
      remedy.fits,
      factorText(remedy),
    ]),
  );
  return [largest, "", remedies, "", wrapText(togetherText(together), 100)].join("\n");
}

/** Text of a change's effect. A larger GPU does not reduce memory use; it offers more memory. */
function savedText({ savesGib, needsMachines }: Remedy): string {
  if (savesGib >= 0.05) return formatNumber(savesGib, 2);
  return needsMachines ? "–" : "0";
}

function markOf({ changesTraining, needsMachines }: Remedy): string {
  if (changesTraining) return " †";
  return needsMachines ? " ‡" : "";
}

/** The first change for a run that does not fit, in one clause, for use where space is limited. */
export function firstRemedyText({ each: entry, together }: Remedies): string | undefined {
  const alone = entry.find(({ fits, changesTraining }) => fits === "yes" && !changesTraining);
  if (alone !== undefined) return `to make it fit, first try ${alone.change}`;
  if (together !== null) return `to make it fit: ${together.changes.join("; ")}`;
  return undefined;
}

function togetherText(together: Remedies["together"]): string {
  if (together === null) return "even all of these together do not make it fit";
  const cost = together.gpuHoursFactor === null ? "unknown" : `× ${together.gpuHoursFactor.toFixed(2)}`;
  return `enough together: ${together.changes.join("; ")}: ${rangeText(together.device)} GiB, GPU-hours ${cost}`;
}

function factorText({ gpuHoursFactor }: Remedy): string {
  return gpuHoursFactor === null ? "unknown" : `× ${gpuHoursFactor.toFixed(2)}`;
}

function rangeText(quantity: Quantity): string {
  return isRefusal(quantity) ? "unknown" : formatRange(quantity.p10, quantity.p90);
}
