import type { ClassField, RedactOptions } from "../../../domain/redact.ts";
import type { CuratedRow } from "../../stage.ts";
import type { RecogniseOptions } from "../recognisers/recognise.ts";
import type { KeySource } from "./redact-row.ts";

/** Data from which a thread creates its setup; it reads the key again. */
export type RedactThreadSetup = {
  options: RedactOptions;
  recognition: Omit<RecogniseOptions, "custom">;
  keySource: KeySource;
};

/** Rows for a thread, and the classes that they keep. */
export type RedactTask = { rows: readonly CuratedRow[]; classes: readonly ClassField[] | undefined };
