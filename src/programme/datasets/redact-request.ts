import { commandLine, flagName } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import {
  knownEntities,
  knownLocales,
  knownRecognisers,
  recogniserFacts,
} from "../../curate/pii/recognisers/recogniser-facts.ts";
import type { PiiRecogniser } from "../../domain/pii.ts";
import { PiiOperator } from "../../domain/redact.ts";
import type { RedactRequest } from "../../domain/redact-request.ts";

/** The recognisers of personal data with their measured accuracy. */
export function listRecognisers(): PiiRecogniser[] {
  return recogniserFacts();
}

/**
 * Validates a request: an action, a file, and no field without effect.
 *
 * @returns its file, and the output file; undefined to only show the spans
 * @throws Failure bad_input that names the field
 */
export function requireRedaction(
  request: RedactRequest,
  stated: ReadonlySet<string>,
): { file: string; out: string | undefined } {
  const { file, spans, out, restore, nerLanguage, ner, entity, recogniser, locale } = request;
  if (file === undefined || (!spans && out === undefined)) {
    throw new Failure(
      "bad_input",
      file === undefined ? "no input file" : `no output for ${file}: expected --spans or --out`,
      {
        hint: commandLine(["data", "redact", file ?? "FILE", "--spans"]),
      },
    );
  }
  if (spans) refuseMeaningless("spans", stated);
  if (restore) refuseMeaningless("restore", stated);
  if (nerLanguage !== undefined && ner === undefined) {
    throw new Failure("bad_input", "--ner-language has no effect without --ner", {
      hint: "name the server with --ner, or omit --ner-language",
    });
  }
  mustKnow("--entity", entity, knownEntities());
  mustKnow("--recogniser", recogniser, knownRecognisers());
  mustKnow("--locale", locale, knownLocales());
  return { file, out };
}

/** Fields without effect for `spans`, which writes nothing, and for `restore`, which searches nothing. */
const MEANINGLESS: Readonly<Record<"spans" | "restore", readonly string[]>> = {
  spans: ["out", "operator", "keyFile", "personField", "dateOrder", "onLeak", "review", "dropped", "restore"],
  restore: [
    "textField",
    "entity",
    "recogniser",
    "locale",
    "minScore",
    "context",
    "allow",
    "profile",
    "operator",
    "personField",
    "dateOrder",
    "asOf",
    "deny",
    "onLeak",
    "review",
    "ner",
    "nerLanguage",
    "nerModel",
  ],
};

/** Refuses fields that would be ignored. @throws Failure bad_input */
function refuseMeaningless(mode: "spans" | "restore", stated: ReadonlySet<string>): void {
  const wrong = MEANINGLESS[mode].filter((name) => stated.has(name));
  if (wrong.length === 0) return;
  const flags = wrong.map(flagName);
  throw new Failure("bad_input", `${flags.join(", ")}: cannot be used with --${mode}`, {
    hint: mode === "spans" ? "omit --spans to redact" : "omit --restore to redact",
  });
}

/**
 * Parses "person=surrogate" as the operator of PERSON. @throws Failure for unknown names, and for an entity named twice
 */
export function statedOperators(given: readonly string[] | undefined): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  const operators = new Map<string, string>();
  for (const pair of given) {
    const [entity, operator] = pair.split("=") as [string, string];
    const name = entity.toUpperCase().replaceAll("-", "_");
    if (name !== "ALL") mustKnow(`--operator ${pair}`, [name], knownEntities());
    mustKnow(`--operator ${pair}`, [operator], PiiOperator.options);
    const before = operators.get(name);
    if (before !== undefined) {
      throw new Failure("bad_input", `--operator ${pair}: ${name} already has the operator ${before}`, {
        hint: "name each entity once",
      });
    }
    operators.set(name, operator);
  }
  return Object.fromEntries([...operators].map(([name, operator]) => [name === "ALL" ? "*" : name, operator]));
}

/** Maximum number of names in an error. */
const LISTED = 20;

/** Refuses an unknown name, with the one that may be meant. @throws Failure bad_input */
function mustKnow(flag: string, given: readonly string[] | undefined, known: readonly string[]): void {
  const wrong = given?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const expected = known.length > LISTED ? "" : `, expected one of ${known.join(", ")}`;
  const same = known.filter((name) => name.toLowerCase() === wrong.toLowerCase());
  throw new Failure("bad_input", `${flag}: ${wrong} is unknown${expected}`, {
    hint: didYouMean(wrong, same.length > 0 ? same : known) ?? "tunewright data redact --list",
  });
}
