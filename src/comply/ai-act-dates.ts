/** A date of the AI Act from which something applies. */
export type ActDate = { date: string; what: string };

/**
 * Dates on which duties begin that may affect a fine-tuning programme.
 *
 * @source Regulation (EU) 2024/1689, consolidated 27 July 2026 with Regulation (EU) 2026/1744: Articles 111 and 113
 */
const ACT_DATES: readonly ActDate[] = [
  { date: "2025-02-02", what: "definitions, AI literacy and prohibited practices apply" },
  { date: "2025-08-02", what: "duties of providers of general-purpose models apply (Articles 51-56)" },
  { date: "2026-07-27", what: "the omnibus is in force: Articles 4 and 4a as amended, high-risk dates moved" },
  { date: "2026-08-02", what: "general application with Article 50; fines on model providers (Article 101)" },
  {
    date: "2026-12-02",
    what: "Article 50(2) marking also for systems on the market before 2 August 2026; new prohibitions of Article 5(1)(ba) and (bb)",
  },
  { date: "2027-08-02", what: "general-purpose models placed before 2 August 2025 must comply (Article 111(3))" },
  { date: "2027-12-02", what: "high-risk systems of Annex III, with data governance of Article 10(2)(f)" },
  { date: "2028-08-02", what: "high-risk systems of Annex I" },
  { date: "2030-08-02", what: "high-risk systems that public authorities already used (Article 111(2))" },
];

/** The dates on or after a day, `YYYY-MM-DD`. */
export function datesFrom(on: string): ActDate[] {
  return ACT_DATES.filter(({ date }) => date >= on);
}
