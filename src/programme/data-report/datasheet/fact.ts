import type { DataReport } from "../../../domain/data-report.ts";
import type { DataLineage } from "../../../domain/data-lineage.ts";
import type { DatasheetFact, DatasheetRecord } from "../../../domain/datasheet.ts";
import type { Programme } from "../../../domain/programme.ts";
import type { SourceRights } from "../../../domain/rights.ts";

/** Input of the facts. */
export type DatasheetInput = {
  report: Omit<DataReport, "datasheet">;
  lineage: DataLineage;
  programme: Programme;
  /** Rights file as the run read it; null if it named none, or the file has changed. */
  rights: readonly SourceRights[] | null;
  /** Whether programme.yaml states a field; false for a default. */
  isStated: (field: readonly string[]) => boolean;
  /** The output file exists and is unchanged since the run. */
  isOutAsWritten: boolean;
};

/** Papers that ask for a fact, and the question. */
export type Asked = { id: string; record: DatasheetRecord; papers: readonly string[]; question: string };

type Answer = { answer: string; value: unknown; supply?: string | null };

/** A fact that the pipeline measured. */
export function measured(asked: Asked, { supply = null, ...answer }: Answer): DatasheetFact {
  return { ...asked, papers: [...asked.papers], ...answer, basis: "measured", supply };
}

/** A fact stated in programme.yaml or the rights file. */
export function stated(asked: Asked, { supply = null, ...answer }: Answer): DatasheetFact {
  return { ...asked, papers: [...asked.papers], ...answer, basis: "stated", supply };
}

/** A fact that is not stated. */
export function unknown(asked: Asked, supply: string): DatasheetFact {
  return { ...asked, papers: [...asked.papers], answer: null, value: null, basis: "unknown", supply };
}

/** Words joined by commas, or the text for none. */
export function listed(words: readonly string[], none = "none"): string {
  return words.length === 0 ? none : words.join(", ");
}
