import { Failure } from "../../../base/failure.ts";
import type { RedactOptions } from "../../../domain/redact.ts";
import { needsKey, recognitionOf, unmetBy } from "./profiles.ts";
import type { KeySource, RedactSetup } from "./redact-row.ts";
import { KEY_VARIABLE, readRedactionKey } from "./redaction-key.ts";

/**
 * Prepares options for redaction: reads the key if an operator needs one, from a file (created if missing) or otherwise
 * from the environment.
 *
 * @throws Failure if an operator keeps entities that the profile removes, or the key is missing or unusable
 */
export function redactSetup(options: RedactOptions, { keyFile, env }: KeySource): RedactSetup & { isKeyNew: boolean } {
  const { kept } = unmetBy(options);
  if (kept.length > 0) {
    throw new Failure(
      "bad_input",
      `profile ${options.profile}: ${kept.slice(0, 3).join(", ")}${kept.length > 3 ? ` and ${kept.length - 3} more` : ""} would be kept, but Safe Harbor requires their removal`,
      { hint: "omit the operator keep, or the profile" },
    );
  }
  const recognition = recognitionOf(options);
  const keySource = { keyFile, env: { [KEY_VARIABLE]: env[KEY_VARIABLE] } };
  if (!needsKey(options)) return { options, recognition, key: undefined, keySource, isKeyNew: false };
  const read = readRedactionKey(keyFile, env);
  if (read === undefined) {
    throw new Failure("bad_input", "hash, encrypt, date-shift and surrogate need a key; none is given", {
      hint: `tunewright data redact FILE --out OUT --key-file redaction.key (or set ${KEY_VARIABLE})`,
    });
  }
  return { options, recognition, key: read.key, keySource, isKeyNew: read.isNew };
}
