import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { refuseOverwrite } from "../base/atomic-file.ts";
import { isoDay } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import { didYouMean } from "../base/suggest.ts";
import type { ModelSpans } from "../curate/pii/model-spans.ts";
import type { Delimiter } from "../domain/dataset-profile.ts";
import type { FunnelStage } from "../domain/funnel.ts";
import type { PiiRow } from "../domain/pii.ts";
import { PiiOperator, PiiProfile, RedactOptions, type RedactResult } from "../domain/redact.ts";
import type { RecogniseOptions } from "../curate/pii/recognisers/recognise.ts";
import type { Io } from "./io.ts";

/** Flags of data redact that say what is done with what was found. */
export const REDACT_FLAGS = {
  out: z.string().min(1).optional().describe("File for the redacted rows, as JSONL"),
  profile: PiiProfile.optional().describe(RedactOptions.shape.profile.description!),
  operator: z
    .array(z.string().regex(/^[^=]+=[a-z-]+$/, "expected ENTITY=OPERATOR"))
    .optional()
    .describe(`Operator of an entity, as in PERSON=surrogate, or all=mask: ${PiiOperator.options.join(", ")}`),
  keyFile: z
    .string()
    .min(1)
    .optional()
    .describe("File with the key (made where none is, mode 600); TUNEWRIGHT_REDACTION_KEY where left out"),
  personField: RedactOptions.shape.personField,
  dateOrder: RedactOptions.shape.dateOrder.unwrap().optional().describe(RedactOptions.shape.dateOrder.description!),
  asOf: RedactOptions.shape.asOf
    .unwrap()
    .optional()
    .describe("Day by which a year of birth shows an age over 89, in the profile hipaa; today where left out"),
  deny: RedactOptions.shape.deny,
  onLeak: RedactOptions.shape.onLeak.unwrap().optional().describe(RedactOptions.shape.onLeak.description!),
  review: z.string().min(1).optional().describe("File for weak spans that a person looks at, as JSONL, mode 600"),
  dropped: z.string().min(1).optional().describe("File for rows in which something is left, as redacted"),
  ner: z.url().optional().describe("Address of a Presidio analyzer, or a server like it, whose spans are added"),
  nerModel: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of a Hugging Face model for token classification as ONNX, whose spans are added; needs the package onnxruntime-node",
    ),
  restore: z.boolean().default(false).describe("Open what encrypt sealed, by the key, and write it to --out"),
  nerLanguage: z.string().min(2).optional().describe("Language that the server is asked for; en where left out"),
};

/** What those flags hold. */
export type RedactGiven = z.infer<z.ZodObject<typeof REDACT_FLAGS>>;

/** Where to look, by the other flags of the command. */
export type RedactWhere = {
  file: string;
  textField: string | undefined;
  delimiter: Delimiter | undefined;
  entities: readonly string[] | undefined;
  recognisers: readonly string[] | undefined;
  locales: string[] | undefined;
  minScore: number | undefined;
  context: boolean;
  allow: string[] | undefined;
  knownEntities: readonly string[];
};

/** Redacts a file by the flags. */
export async function redactByFlags(
  io: Io,
  where: RedactWhere,
  given: RedactGiven & { out: string },
): Promise<RedactResult> {
  const { redactSetup } = await import("../curate/pii/operators/redact-setup.ts");
  const { redactFiles } = await import("../curate/pii/operators/redact-files.ts");
  const options = optionsOf(io, where, given);
  const setup = redactSetup(options, keySource(io, given.keyFile));
  if (setup.isKeyNew) {
    io.note(`a key was made: ${given.keyFile!}. Who has it can undo what it made; without it nobody can`);
  }
  const paths = [given.out, given.review, given.dropped].map((path) =>
    path === undefined ? undefined : resolve(io.cwd, path),
  );
  for (const path of paths) {
    if (path !== undefined) refuseOverwrite(path, existsSync(path) && (await io.confirm(`Replace ${path}?`)));
  }
  const result = await redactFiles(
    [resolve(io.cwd, where.file)],
    { ...setup, models: await modelsOf(io, given), recognition: narrowed(setup.recognition, where) },
    {
      out: paths[0],
      review: paths[1],
      dropped: paths[2],
      overwrite: true,
      delimiter: where.delimiter,
      onProgress: (fraction) => io.progress("redacting", fraction),
    },
  );
  const narrow = [...(where.entities ?? []), ...(where.recognisers ?? [])];
  const notSeen = [
    ...(narrow.length === 0
      ? []
      : [`the rest of the profile ${result.profile}: only ${narrow.join(", ")} was looked for`]),
    ...result.notSeen,
  ];
  return { ...result, review: { ...result.review, file: given.review ?? null }, notSeen, out: given.out };
}

/** Spans in a file by the flags: those that redaction by the same flags would look for, at its lowest score. */
export async function spansByFlags(io: Io, where: RedactWhere, given: RedactGiven): Promise<AsyncIterable<PiiRow>> {
  const { recognitionOf } = await import("../curate/pii/operators/profiles.ts");
  const { fileSpans } = await import("../curate/pii/row-spans.ts");
  const options = optionsOf(io, where, given);
  return fileSpans(resolve(io.cwd, where.file), {
    textField: where.textField,
    recognition: { ...narrowed(recognitionOf(options), where), minScore: options.minScore },
    models: await modelsOf(io, given),
    read: {
      source: where.file,
      delimiter: where.delimiter,
      onProgress: (fraction) => io.progress("looking for personal data", fraction),
    },
  });
}

function optionsOf(io: Io, where: RedactWhere, given: RedactGiven): RedactOptions {
  return RedactOptions.parse({
    textField: where.textField,
    profile: given.profile,
    operators: operatorsOf(given.operator, where.knownEntities),
    personField: given.personField,
    dateOrder: given.dateOrder,
    asOf: given.asOf ?? isoDay(io.now()),
    locales: where.locales,
    minScore: where.minScore,
    reviewScore: where.minScore === undefined ? undefined : Math.min(where.minScore, 0.2),
    allow: where.allow,
    deny: given.deny,
    onLeak: given.onLeak,
  });
}

/** What is looked for, by the flags that name entities and recognisers. */
function narrowed(
  recognition: RecogniseOptions,
  { entities, recognisers, context }: Pick<RedactWhere, "entities" | "recognisers" | "context">,
): RecogniseOptions {
  const isNarrow = entities !== undefined || recognisers !== undefined;
  return isNarrow ? { ...recognition, context, entities, recognisers } : { ...recognition, context };
}

/** Models by the flags: one that a server runs, one in a folder. */
async function modelsOf(io: Io, { ner, nerLanguage, nerModel }: RedactGiven): Promise<ModelSpans[]> {
  const models: ModelSpans[] = [];
  if (ner !== undefined) {
    const { nerSidecar } = await import("../curate/pii/operators/ner-sidecar.ts");
    models.push(nerSidecar({ url: ner, language: nerLanguage ?? "en", tries: 3, timeoutMs: 60_000 }));
  }
  if (nerModel !== undefined) {
    const { fileExists, modelFiles } = await import("../curate/pii/model/model-folder.ts");
    const { nerModel: load } = await import("../curate/pii/model/ner-model.ts");
    models.push(await load(await modelFiles(resolve(io.cwd, nerModel), fileExists)));
  }
  return models;
}

/** Flags that mean nothing beside --spans, which writes nothing, and beside --restore, which looks for nothing. */
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

/**
 * Refuses flags that would be passed over.
 *
 * @throws Failure bad_input
 */
export function refuseMeaningless(mode: "spans" | "restore", given: ReadonlySet<string>): void {
  const wrong = MEANINGLESS[mode].filter((name) => given.has(name));
  if (wrong.length === 0) return;
  const flags = wrong.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new Failure("bad_input", `${flags.join(", ")}: without meaning beside --${mode}`, {
    hint: mode === "spans" ? "leave --spans out to redact" : "leave --restore out to redact",
  });
}

/**
 * Opens what `encrypt` sealed.
 *
 * @throws Failure where no key is named, it cannot be read, or nothing in the file is sealed
 */
export async function restoreByFlags(
  io: Io,
  file: string,
  {
    out,
    keyFile,
    dropped,
    delimiter,
  }: Pick<RedactGiven, "keyFile" | "dropped"> & Pick<RedactWhere, "delimiter"> & { out: string },
): Promise<FunnelStage[]> {
  const { readRedactionKey } = await import("../curate/pii/operators/redaction-key.ts");
  const { restoreStage } = await import("../curate/pii/operators/restore-stage.ts");
  const { runStage } = await import("../curate/pipeline/run-stage.ts");
  const source = keySource(io, keyFile);
  if (source.keyFile !== undefined && !existsSync(source.keyFile))
    throw new Failure("not_found", `${keyFile}: no such file`);
  const read = readRedactionKey(source.keyFile, source.env);
  if (read === undefined) throw new Failure("bad_input", "no key is named", { hint: "name it with --key-file" });
  const [path, droppedPath] = [out, dropped].map((each) => (each === undefined ? undefined : resolve(io.cwd, each)));
  for (const each of [path, droppedPath]) {
    if (each !== undefined) refuseOverwrite(each, existsSync(each) && (await io.confirm(`Replace ${each}?`)));
  }
  let sealed = 0;
  const { funnel } = await runStage(restoreStage, [resolve(io.cwd, file)], {
    options: { key: read.key },
    onResult: (_shard, { notes, dropped: closed }) => {
      sealed += notes.length + closed.length;
    },
    onEnd: () => {
      if (sealed > 0) return;
      throw new Failure("bad_input", `${file}: no value in it is sealed, so there is nothing to restore`, {
        hint: "only what encrypt sealed can be opened again; surrogates, hashes and masks cannot",
      });
    },
    out: path,
    dropped: droppedPath,
    overwrite: true,
    delimiter,
  });
  return funnel;
}

function keySource(io: Io, keyFile: string | undefined): { keyFile: string | undefined; env: Io["env"] } {
  return { keyFile: keyFile === undefined ? undefined : resolve(io.cwd, keyFile), env: io.env };
}

/** "person=surrogate" as the operator of PERSON. @throws Failure for what is unknown, and an entity that is named twice */
function operatorsOf(
  given: readonly string[] | undefined,
  known: readonly string[],
): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  const operators = new Map<string, string>();
  for (const pair of given) {
    const [entity, operator] = pair.split("=") as [string, string];
    const name = entity.toUpperCase().replaceAll("-", "_");
    if (name !== "ALL") mustKnow(`--operator ${pair}`, [name], known);
    mustKnow(`--operator ${pair}`, [operator], PiiOperator.options);
    const before = operators.get(name);
    if (before !== undefined) {
      throw new Failure("bad_input", `--operator ${pair}: ${name} has the operator ${before} already`, {
        hint: "name each entity once",
      });
    }
    operators.set(name, operator);
  }
  return Object.fromEntries([...operators].map(([name, operator]) => [name === "ALL" ? "*" : name, operator]));
}

/** Names that an error lists. */
const LISTED = 20;

/** Refuses a name that is unknown, with what may be meant. @throws Failure bad_input */
export function mustKnow(flag: string, given: readonly string[] | undefined, known: readonly string[]): void {
  const wrong = given?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const expected = known.length > LISTED ? "" : `, expected one of ${known.join(", ")}`;
  const same = known.filter((name) => name.toLowerCase() === wrong.toLowerCase());
  throw new Failure("bad_input", `${flag}: ${wrong} is unknown${expected}`, {
    hint: didYouMean(wrong, same.length > 0 ? same : known) ?? "tunewright data redact --list",
  });
}
