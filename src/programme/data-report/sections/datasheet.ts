import { whole } from "../../../base/words.ts";
import type { DataReport } from "../../../domain/data-report.ts";
import type { DatasheetFact } from "../../../domain/datasheet.ts";
import type { Block, Section } from "../../../report/document.ts";

/** Section on what compliance papers ask about the data: what is known, then what people have to supply. */
export function datasheetSection({ datasheet }: DataReport): Section {
  const known = datasheet.filter(({ basis }) => basis !== "unknown");
  const open = datasheet.filter(({ supply }) => supply !== null);
  const measured = known.filter(({ basis }) => basis === "measured").length;
  return {
    id: "datasheet",
    title: "Facts for compliance",
    blocks: [
      {
        kind: "paragraph",
        text: `${whole(known.length)} of ${whole(datasheet.length)} facts that papers ask for are known: ${whole(measured)} were measured by the pipeline, the others are stated in programme.yaml or the rights file. For ${whole(open.length)} a person must add something. The JSON contains each as data.`,
      },
      {
        kind: "table",
        caption: "What is known",
        columns: [{ head: "Asked" }, { head: "Answer", width: "wide" }, { head: "Basis" }],
        rows: known.map(({ question, answer, basis }) => ({ cells: [question, answer ?? "", basis] })),
      },
      {
        kind: "table",
        caption: "What people have to supply",
        columns: [{ head: "Asked" }, { head: "Known so far" }, { head: "To supply", width: "wide" }],
        rows: open.map(({ question, basis, supply }) => ({
          cells: [question, basis === "unknown" ? "unknown" : "in part", supply ?? ""],
        })),
      },
      { kind: "details", summary: "Fields of papers that each fact fills", blocks: fieldBlocks(datasheet) },
    ],
  };
}

const PAPERS =
  "PST, public summary of training content (AI Act, Article 53(1)(d)); AXI and AXII, Annexes XI and XII; MDF, model documentation form of the Code of Practice; DS, Datasheets for Datasets; CR, CR11 and CRAI, Croissant; HFD, dataset card of the Hub; SPDX.ds, SPDX 3.0.1; R30, GDPR Article 30; DPIA. This table does not say which papers are required.";

function fieldBlocks(datasheet: readonly DatasheetFact[]): Block[] {
  return [
    { kind: "paragraph", tone: "note", text: PAPERS },
    {
      kind: "table",
      caption: "Fields by fact",
      columns: [{ head: "Asked" }, { head: "Fields", width: "wide" }],
      rows: datasheet.map(({ question, papers }) => ({ cells: [question, papers.join(", ")] })),
    },
  ];
}
