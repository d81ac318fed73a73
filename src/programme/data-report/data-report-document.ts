import { percent, whole } from "../../base/words.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { ReportDocument } from "../../report/document.ts";
import { datasheetSection } from "./sections/datasheet.ts";
import { evidenceSections } from "./sections/evidence.ts";
import { rowSections } from "./sections/rows.ts";

/** The document of a data report, for HTML and Markdown. */
export function dataReportDocument(report: DataReport): ReportDocument {
  return {
    title: `Data of ${report.programme}`,
    subtitle: dataReportSentence(report),
    facts: [
      { label: "Day", value: report.on },
      { label: "Made by", value: report.tool },
      { label: "Files", value: String(report.sources.length) },
      { label: "Stages", value: report.funnel.map(({ stage }) => stage).join(", ") },
    ],
    sections: [...rowSections(report), ...evidenceSections(report), datasheetSection(report)],
    footer: "Every input row is kept or dropped with a reason. Rights are based on tables and are not legal advice.",
  };
}

/** A report in one sentence. */
export function dataReportSentence({ funnel }: DataReport): string {
  const rowsIn = funnel[0]?.rowsIn ?? 0;
  const kept = funnel.at(-1)?.rowsKept ?? 0;
  const share = rowsIn === 0 ? "" : ` (${percent(kept / rowsIn)})`;
  return `${whole(kept)} of ${whole(rowsIn)} rows passed${share}`;
}
