import type { ExportedFile } from "../../domain/data-export.ts";
import type { RowSink } from "../../tables/row-sink.ts";
import type { ExportUse } from "./export-stage.ts";

/** An output file of rows. */
export type ExportFile = ExportedFile & {
  /** Use, format and shape of its rows. */
  name: string;
  use: ExportUse;
  /** Names of the fields that its rows have. */
  fields: Set<string>;
  sink: RowSink;
};
