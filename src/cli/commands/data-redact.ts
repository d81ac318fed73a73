import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { PiiRecogniser, PiiRecognition, PiiRow } from "../../domain/pii.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { Funnel } from "../../domain/funnel.ts";
import { RedactResult } from "../../domain/redact.ts";
import { defineCommand } from "../command.ts";
import { DATASET_EXTENSIONS } from "../dataset-files.ts";
import {
  mustKnow,
  REDACT_FLAGS,
  redactByFlags,
  refuseMeaningless,
  restoreByFlags,
  spansByFlags,
} from "../redact-flags.ts";

const Options = z.strictObject({
  file: z.string().min(1).optional().describe(`Dataset file: ${DATASET_EXTENSIONS}`),
  textField: z.string().min(1).optional().describe("Field to look in; every text of a row where left out"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
  spans: z.boolean().default(false).describe("Show where personal data stand, row by row with --json"),
  list: z.boolean().default(false).describe("List the recognisers with what was measured of each"),
  entity: PiiRecognition.shape.entities,
  recogniser: PiiRecognition.shape.recognisers,
  locale: PiiRecognition.shape.locales,
  minScore: z.coerce.number().min(0).max(1).optional().describe(PiiRecognition.shape.minScore.description!),
  context: PiiRecognition.shape.context,
  allow: PiiRecognition.shape.allow,
  ...REDACT_FLAGS,
});

/** `tunewright data redact`: personal data in the rows of a dataset. */
export default defineCommand({
  description:
    "Find personal data in the texts of a dataset by patterns, check digits, words nearby and lists of names and places, and redact them: replaced, masked, hashed, encrypted, or with surrogates that are the same for a person in every document under one key. Looks again at what it wrote. --list shows which recognisers are on and how well each was measured.",
  args: ["file"],
  options: Options,
  output: z
    .union([RedactResult, Funnel, PiiRow, z.array(PiiRecogniser)])
    .describe(
      "what was redacted; the funnel with --restore; one line per row with --spans, in their order; the recognisers with --list",
    ),
  examples: [
    "data redact --list",
    "data redact pages.jsonl --text-field text --spans",
    "data redact train.jsonl --spans --entity US_SSN --entity PHONE_NUMBER",
    "data redact train.jsonl --spans --locale DE",
    "data redact pages.jsonl --text-field text --profile hipaa --out redacted.jsonl --review review.jsonl",
    "data redact train.jsonl --out redacted.jsonl --operator PERSON=surrogate --operator DATE_TIME=date-shift --key-file redaction.key",
  ],
  run: async (
    io,
    { file, textField, delimiter, spans, list, entity, recogniser, locale, minScore, context, allow, ...redact },
    given,
  ) => {
    const facts = await import("../../curate/pii/recognisers/recogniser-facts.ts");
    if (list) {
      const { recognisersText } = await import("../../curate/pii/recognisers/recognisers-text.ts");
      const recognisers = facts.recogniserFacts();
      return { json: recognisers, text: () => recognisersText(recognisers) };
    }
    const { out } = redact;
    if (file === undefined || (!spans && out === undefined)) {
      throw new Failure(
        "bad_input",
        file === undefined ? "no file is named" : "what to do is not said: expected --spans or --out",
        {
          hint: commandLine(["data", "redact", file ?? "FILE", "--spans"]),
        },
      );
    }
    if (spans) refuseMeaningless("spans", given);
    if (redact.restore) refuseMeaningless("restore", given);
    if (redact.nerLanguage !== undefined && redact.ner === undefined) {
      throw new Failure("bad_input", "--ner-language: without meaning where --ner names no server");
    }
    mustKnow("--entity", entity, facts.knownEntities());
    mustKnow("--recogniser", recogniser, facts.knownRecognisers());
    mustKnow("--locale", locale, facts.knownLocales());
    if (out !== undefined && redact.restore) {
      const { funnelText } = await import("../../curate/pipeline/pipeline-text.ts");
      const funnel = await restoreByFlags(io, file, { ...redact, delimiter, out });
      const sealed = funnel.at(-1)!.dropped.reduce((sum, { rows }) => sum + rows, 0);
      return {
        json: funnel,
        text: () => funnelText(funnel),
        ...(sealed === 0 ? {} : { failed: `${sealed} rows hold values that this key does not open` }),
      };
    }
    const knownEntities = facts.knownEntities();
    const where = {
      file,
      textField,
      delimiter,
      entities: entity,
      recognisers: recogniser,
      locales: locale,
      minScore,
      context,
      allow,
      knownEntities,
    };
    if (out !== undefined) {
      const result = await redactByFlags(io, where, { ...redact, out });
      const { redactResultText } = await import("../../curate/pii/operators/redact-result-text.ts");
      return { json: result, text: () => redactResultText(result), next: commandLine(["data", "inspect", out]) };
    }
    const { spansText } = await import("../../curate/pii/spans-text.ts");
    const rows = await spansByFlags(io, where, redact);
    return { json: rows, text: () => "", lines: () => spansText(rows) };
  },
});
