import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import type { ModelSpans } from "../../curate/pii/model-spans.ts";
import { recognitionOf } from "../../curate/pii/operators/profiles.ts";
import { redactFiles } from "../../curate/pii/operators/redact-files.ts";
import { redactSetup } from "../../curate/pii/operators/redact-setup.ts";
import type { RecogniseOptions } from "../../curate/pii/recognisers/recognise.ts";
import { fileSpans } from "../../curate/pii/row-spans.ts";
import type { PiiRow } from "../../domain/pii.ts";
import { RedactOptions, type RedactResult } from "../../domain/redact.ts";
import type { RedactRequest } from "../../domain/redact-request.ts";
import { statedOperators } from "./redact-request.ts";

/** A request with a known file. */
type OfFile = RedactRequest & { file: string };

/**
 * Redacts a file and searches its output again.
 *
 * @throws Failure bad_input for a file that must not be overwritten; as `redactFiles`
 */
export async function redact(context: Context, request: OfFile & { out: string }): Promise<RedactResult> {
  const { out, review, dropped, keyFile } = request;
  const { cwd, env } = context;
  const options = optionsOf(context, request);
  const setup = redactSetup(options, { keyFile: keyFile === undefined ? undefined : resolve(cwd, keyFile), env });
  if (setup.isKeyNew) {
    context.note(`a key was created: ${keyFile!}. Anyone who has it can undo the redaction; without it no one can`);
  }
  const paths = [out, review, dropped].map((path) => (path === undefined ? undefined : resolve(cwd, path)));
  for (const path of paths) {
    if (path !== undefined) refuseOverwrite(path, existsSync(path) && (await context.confirm(`Replace ${path}?`)));
  }
  const result = await redactFiles(
    [resolve(cwd, request.file)],
    { ...setup, models: await modelsOf(cwd, request), recognition: narrowed(setup.recognition, request) },
    {
      out: paths[0],
      review: paths[1],
      dropped: paths[2],
      overwrite: true,
      mayGoOn: ({ detail }) => context.confirm(`${detail}. Continue?`),
      delimiter: request.delimiter,
      onProgress: (fraction) => context.progress("redacting", fraction),
    },
  );
  const narrow = [...(request.entity ?? []), ...(request.recogniser ?? [])];
  const rest =
    narrow.length === 0
      ? []
      : [`other entities of the profile ${result.profile}: only ${narrow.join(", ")} was searched for`];
  return {
    ...result,
    review: { ...result.review, file: review ?? null },
    notSeen: [...rest, ...result.notSeen],
    out,
  };
}

/** Spans in a file: those that redaction with the same request would find, at its lowest score. */
export async function findSpans(context: Context, request: OfFile): Promise<AsyncIterable<PiiRow>> {
  const options = optionsOf(context, request);
  return fileSpans(resolve(context.cwd, request.file), {
    textField: request.textField,
    recognition: { ...narrowed(recognitionOf(options), request), minScore: options.minScore },
    models: await modelsOf(context.cwd, request),
    read: {
      source: request.file,
      delimiter: request.delimiter,
      onProgress: (fraction) => context.progress("looking for personal data", fraction),
    },
  });
}

function optionsOf({ now }: Pick<Context, "now">, request: RedactRequest): RedactOptions {
  const { minScore } = request;
  return RedactOptions.parse({
    textField: request.textField,
    profile: request.profile,
    operators: statedOperators(request.operator),
    personField: request.personField,
    dateOrder: request.dateOrder,
    asOf: request.asOf ?? isoDay(now()),
    locales: request.locale,
    minScore,
    reviewScore: minScore === undefined ? undefined : Math.min(minScore, 0.2),
    allow: request.allow,
    deny: request.deny,
    onLeak: request.onLeak,
  });
}

/** Entities that are searched for, by the fields for entities and recognisers. */
function narrowed(
  recognition: RecogniseOptions,
  { entity: entities, recogniser: recognisers, context }: RedactRequest,
): RecogniseOptions {
  const isNarrow = entities !== undefined || recognisers !== undefined;
  return isNarrow ? { ...recognition, context, entities, recognisers } : { ...recognition, context };
}

/** Models named in a request: one on a server, one in a folder. */
async function modelsOf(cwd: string, { ner, nerLanguage, nerModel: folder }: RedactRequest): Promise<ModelSpans[]> {
  const models: ModelSpans[] = [];
  if (ner !== undefined) {
    const { nerSidecar } = await import("../../curate/pii/operators/ner-sidecar.ts");
    models.push(nerSidecar({ url: ner, language: nerLanguage ?? "en", tries: 3, timeoutMs: 60_000 }));
  }
  if (folder !== undefined) {
    const { fileExists, modelFiles } = await import("../../llm/onnx/model-folder.ts");
    const { nerModel } = await import("../../curate/pii/model/ner-model.ts");
    models.push(await nerModel(await modelFiles(resolve(cwd, folder), fileExists)));
  }
  return models;
}
