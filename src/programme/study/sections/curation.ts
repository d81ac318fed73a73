import { counted, percent, whole } from "../../../base/words.ts";
import type { Study } from "../../../domain/study.ts";
import type { StudyCuration } from "../../../domain/study-curation.ts";
import type { Block, Inline, Text } from "../../../report/document.ts";
import type { StudyLinks } from "../study-links.ts";
import { linked } from "./show.ts";

/** Section on the last data run: output rows, dropped rows with reasons, and findings. */
export function curationBlocks(study: Study, links: StudyLinks): Block[] {
  const { curation } = study;
  if (curation === null) return [];
  return [
    { kind: "heading", text: "Result of the last data run" },
    stateBlock(study, curation),
    ...(curation.stages.length === 0
      ? []
      : [stagesTable(curation), { kind: "list" as const, items: foundItems(curation) }]),
    ...reportBlock(curation, links),
  ];
}

function stateBlock(study: Study, curation: StudyCuration): Block {
  const { state, why, profile, out } = curation;
  if (state !== "used" || profile === null) {
    const text = `Not used in this study: ${why.join("; ")}. Estimates are based on the raw files.`;
    return { kind: "paragraph", tone: "warning", text };
  }
  return {
    kind: "paragraph",
    text: [
      "The run matches the current files and pipeline, so lengths and rows on hand are those of ",
      { code: out ?? "" },
      ": ",
      linked(study, "dataset.curated.rows", whole(profile.rows)),
      " rows, ",
      linked(study, "dataset.curated.trainableRows", whole(profile.trainableRows)),
      " of them for training",
      ...tokensText(study, curation),
      ".",
    ],
  };
}

function tokensText(study: Study, { profile }: StudyCuration): Inline[] {
  const tokens = profile?.tokens ?? null;
  if (tokens === null) return [];
  return [
    ", ",
    linked(study, "dataset.curated.tokens", whole(tokens.total)),
    ` tokens (${whole(tokens.totalLow)}–${whole(tokens.totalHigh)})`,
  ];
}

function stagesTable({ stages }: StudyCuration): Block {
  return {
    kind: "table",
    caption: "Rows by stage: every input row is kept or dropped for a reason",
    columns: [
      { head: "Stage" },
      { head: "Rows in", align: "right" },
      { head: "Kept", align: "right" },
      { head: "Dropped", align: "right" },
      { head: "Why", width: "wide" },
    ],
    rows: stages.map(({ stage, rowsIn, rowsKept, dropped }) => ({
      cells: [
        stage,
        whole(rowsIn),
        whole(rowsKept),
        whole(rowsIn - rowsKept),
        dropped.map(({ reason, rows }) => `${reason} ${whole(rows)}`).join(", "),
      ],
    })),
  };
}

/** Findings of the stages; unknown if they did not run, or gc removed their notes. */
function foundItems(curation: StudyCuration): Text[] {
  const { parts } = curation;
  return [
    rightsText(curation),
    personalDataText(curation),
    contaminationText(curation),
    ...(parts === null ? [] : [`Split: ${parts.map(({ part, rows }) => `${part} ${whole(rows)}`).join(", ")} rows.`]),
  ];
}

function rightsText({ rights, stages }: StudyCuration): string {
  if (rights === null) return `Rights: unknown, ${whyUnknown("rights", stages)}.`;
  const { blocked, held, keptForCounsel } = rights;
  const rowsIn = stages[0]?.rowsIn ?? 0;
  const share = rowsIn === 0 ? "" : ` (${percent(blocked / rowsIn)} of all)`;
  const kept = keptForCounsel > 0 ? `, ${whole(keptForCounsel)} kept that counsel must check` : "";
  return `Rights: ${counted(blocked, "row")} blocked${share}, ${whole(held)} held for counsel${kept}.`;
}

function personalDataText({ personalData, stages }: StudyCuration): string {
  if (personalData === null) return `Personal data: unknown, ${whyUnknown("redact", stages)}.`;
  const { entities, review, leaks } = personalData;
  const kinds = entities.map(({ entity, spans, rows }) => `${entity} ${whole(spans)} in ${counted(rows, "row")}`);
  return `Personal data: ${kinds.join(", ") || "none was found"}; ${counted(review, "place")} to review, ${counted(leaks, "row")} with remaining personal data.`;
}

function contaminationText({ contamination, stages }: StudyCuration): string {
  if (contamination === null) return `Contamination: unknown, ${whyUnknown("decontaminate", stages)}.`;
  const { against, dropped, hits } = contamination;
  const found =
    hits === null
      ? `${counted(dropped, "row")} dropped; gc removed the notes that say why`
      : hits.map((hit) => `${counted(hit.items, "item")} of ${hit.against} in ${counted(hit.rows, "row")}`).join(", ");
  return `Contamination: compared with ${against.join(", ")}: ${found || "no row contains an item"}.`;
}

function whyUnknown(name: string, stages: StudyCuration["stages"]): string {
  return stages.some(({ stage }) => stage === name) ? "gc removed the notes" : `the stage ${name} did not run`;
}

function reportBlock({ report }: StudyCuration, { dataReport }: StudyLinks): Block[] {
  if (report === null) {
    return [{ kind: "paragraph", text: "The evidence for each is in the report that tunewright data report writes." }];
  }
  const name: Inline = dataReport === undefined ? { code: report } : { file: dataReport, text: report };
  return [{ kind: "paragraph", text: ["The evidence for each is in the data report, ", name, "."] }];
}
