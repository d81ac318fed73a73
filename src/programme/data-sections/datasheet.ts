import { whole } from "../../base/words.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { DatasheetFact } from "../../domain/datasheet.ts";
import type { Block, Section } from "../../report/document.ts";

/** What papers of compliance ask on the data: what is known, then what people have to supply. */
export function datasheetSection({ datasheet }: DataReport): Section {
  const known = datasheet.filter(({ basis }) => basis !== "unknown");
  const open = datasheet.filter(({ supply }) => supply !== null);
  return {
    id: "datasheet",
    title: "Facts for compliance",
    blocks: [
      {
        kind: "paragraph",
        text: `${whole(known.length)} of ${whole(datasheet.length)} facts that papers ask are known, ${whole(known.filter(({ basis }) => basis === "measured").length)} of them measured by the pipeline and the others stated in programme.yaml or the rights file; to ${whole(open.length)} a person has to add something. The JSON form has each as data.`,
      },
      { kind: "paragraph", tone: "note", text: PAPERS },
      {
        kind: "table",
        caption: "What is known",
        columns: [
          { head: "Asked" },
          { head: "Answer", width: "wide" },
          { head: "Basis" },
          { head: "Fields of papers" },
        ],
        rows: known.map((fact) => ({ cells: [fact.question, fact.answer ?? "", fact.basis, fieldsOf(fact)] })),
      },
      openTable(open),
    ],
  };
}

const PAPERS =
  "Fields: PST, public summary of training content (AI Act, Article 53(1)(d)); AXI and AXII, Annexes XI and XII; MDF, model documentation form of the Code of Practice; DS, Datasheets for Datasets; CR, CR11 and CRAI, Croissant; HFD, dataset card of the Hub; SPDX.ds, SPDX 3.0.1; R30, GDPR Article 30; DPIA. Whether a paper is owed is a question of its own.";

function openTable(open: readonly DatasheetFact[]): Block {
  return {
    kind: "table",
    caption: "What people have to supply",
    columns: [
      { head: "Asked" },
      { head: "Known so far" },
      { head: "To supply", width: "wide" },
      { head: "Fields of papers" },
    ],
    rows: open.map((fact) => ({
      cells: [fact.question, fact.basis === "unknown" ? "unknown" : "in part", fact.supply ?? "", fieldsOf(fact)],
    })),
  };
}

function fieldsOf({ papers }: DatasheetFact): string {
  return papers.join(", ");
}
