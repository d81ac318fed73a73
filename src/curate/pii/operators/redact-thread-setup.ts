import type { RedactOptions } from "../../../domain/redact.ts";
import type { RecogniseOptions } from "../recognisers/recognise.ts";
import type { KeySource } from "./redact-row.ts";

/** What a thread makes its setup from: the key is read there again. */
export type RedactThreadSetup = {
  options: RedactOptions;
  recognition: Omit<RecogniseOptions, "custom">;
  keySource: KeySource;
};
