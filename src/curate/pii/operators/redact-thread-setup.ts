import type { RedactOptions } from "../../../domain/redact.ts";
import type { RecogniseOptions } from "../recognisers/recognise.ts";
import type { KeySource } from "./redact-row.ts";

/** Input from which a thread makes its setup: the key is read again there. */
export type RedactThreadSetup = {
  options: RedactOptions;
  recognition: Omit<RecogniseOptions, "custom">;
  keySource: KeySource;
};
