import type { EvidenceLink } from "../../../domain/audit-view.ts";

/** Pages without parts, by their name. */
const PAGES = {
  runs: "/runs",
  models: "/models",
  money: "/money",
  study: "/?report=study",
  "data-report": "/?report=data",
  comply: "/comply",
} as const;

/** Address of the page that shows the evidence. */
export function evidenceAddress({ page, id, row }: EvidenceLink): string {
  if (page === "evaluation") return `/evaluations/${encodeURIComponent(id ?? "")}`;
  if (page !== "file") return PAGES[page];
  const words = new URLSearchParams({ path: id ?? "", ...(row === null ? {} : { row: String(row) }) });
  return `/audit/evidence?${words}`;
}
