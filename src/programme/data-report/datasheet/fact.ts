import type { DataReport } from "../../../domain/data-report.ts";
import type { DataLineage } from "../../../domain/data-lineage.ts";
import type { DatasheetFact, DatasheetRecord } from "../../../domain/datasheet.ts";
import type { Programme } from "../../../domain/programme.ts";
import type { SourceRights } from "../../../domain/rights.ts";

/** All that facts are made of. */
export type DatasheetInput = {
  report: Omit<DataReport, "datasheet">;
  lineage: DataLineage;
  programme: Programme;
  /** Facts of the rights file as the run read it; null where it named none, or the file is another one now. */
  rights: readonly SourceRights[] | null;
  /** Whether programme.yaml says a field: false where it is a default. */
  isStated: (field: readonly string[]) => boolean;
  /** The file of rows is there and as the run wrote it. */
  isOutAsWritten: boolean;
};

/** Who asks for a fact, and what is asked. */
export type Asked = { id: string; record: DatasheetRecord; papers: readonly string[]; question: string };

type Answer = { answer: string; value: unknown; supply?: string | null };

/** A fact that the pipeline measured. */
export function measured(asked: Asked, { supply = null, ...answer }: Answer): DatasheetFact {
  return { ...asked, papers: [...asked.papers], ...answer, basis: "measured", supply };
}

/** A fact that programme.yaml or the rights file states. */
export function stated(asked: Asked, { supply = null, ...answer }: Answer): DatasheetFact {
  return { ...asked, papers: [...asked.papers], ...answer, basis: "stated", supply };
}

/** A fact that nobody has told yet. */
export function unknown(asked: Asked, supply: string): DatasheetFact {
  return { ...asked, papers: [...asked.papers], answer: null, value: null, basis: "unknown", supply };
}

/** Words one after the other, or what stands for none. */
export function listed(words: readonly string[], none = "none"): string {
  return words.length === 0 ? none : words.join(", ");
}
