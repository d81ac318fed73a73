import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import { usd } from "../../base/words.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { allGpus, findGpu } from "../../catalog/gpus.ts";
import { resolveModel } from "../../catalog/resolve-model.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Stated } from "../../domain/run-request.ts";
import type { ServePlan } from "../../domain/serve-plan.ts";
import type { ServePlanRequest } from "../../domain/serve-request.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import { planServe } from "../../plan/serve-plan/plan-serve.ts";
import type { SizingRequest } from "../../plan/serve-plan/size-serving.ts";
import { type RequestFields, trafficLoad } from "../../plan/serve-plan/traffic-load.ts";
import { priceLookUp } from "../prices/price-look-up.ts";
import { readMeasured } from "../serving/read-measured.ts";
import { readTrafficFile } from "../traffic/traffic-file.ts";

type AskedServing = Stated<ServePlanRequest>;

/** A serving to plan, and sentences on the sources of its values. */
type FoundServing = SizingRequest & { notes: string[] };

/**
 * Plans the serving of a model or a programme: memory, latency, capacity, replicas and cost.
 *
 * @throws Failure bad_input without a model or a folder; not_found for an unknown model, GPU or file
 */
export async function planServing(context: Context, asked: AskedServing): Promise<ServePlan> {
  const { dir, measured: file } = asked.request;
  const { notes, ...serving } =
    dir === undefined ? await ofRequest(context, asked) : await ofProgramme(context, dir, asked);
  const measured = file === undefined ? serving.measured : await readMeasured(context.cwd, file);
  const gpus = allGpus().filter(({ consumer }) => !consumer);
  const plan = planServe({ ...serving, gpus, measured });
  for (const note of notes) context.note(note);
  return plan;
}

/** The stated spec, with its model and its GPU from the catalogue. */
async function ofRequest(context: Context, asked: AskedServing): Promise<FoundServing> {
  const { request, stated } = asked;
  if (request.model === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const shape = await shapeOf(context, request.model);
  const gpu = findGpu(request.gpu);
  const { fields, notes } = await requestsOf(context.cwd, request);
  const spec = ServeSpec.parse({ ...fields, ...statedFields(asked), model: shape.id, gpu: gpu.id });
  const priceOf = await priceLookUp(context, request);
  const assumed = assumedLengths(new Set([...stated, ...Object.keys(fields)]));
  return { spec, shape, gpu, usdPerGpuHour: priceOf(gpu.id), notes: [...notes, ...assumed] };
}

/** The serving of a programme folder, with the stated fields replacing its own values. */
async function ofProgramme(context: Context, dir: string, asked: AskedServing): Promise<FoundServing> {
  const { hubCacheOf } = await import("../data/find-tokenizer.ts");
  const { readProgramme } = await import("../reading/read-programme.ts");
  const { programmeServing } = await import("../serving/serve-programme.ts");
  const { request, stated } = asked;
  const { on = isoDay(context.now()), usdPerGpuHour } = request;
  const loaded = await readProgramme(resolve(context.cwd, dir), on);
  const requests = await requestsOf(context.cwd, request);
  const found = await programmeServing(loaded, {
    on,
    given: { ...requests.fields, ...statedFields(asked) },
    shape: request.model === undefined ? undefined : await shapeOf(context, request.model),
    price: {
      usdPerGpuHour,
      term: stated.has("term") ? request.term : undefined,
      sellerClass: stated.has("sellerClass") ? request.sellerClass : undefined,
    },
    hubCache: hubCacheOf(context.env),
  });
  const { monthlyUsd } = loaded.programme.serving;
  const counted =
    monthlyUsd === undefined
      ? []
      : [
          `study, payback and comparison count serving.monthlyUsd, ${usd(Number(monthlyUsd))} USD a month: this plan is an estimate to compare it with`,
        ];
  return { ...found, notes: [...requests.notes, ...found.notes, ...counted] };
}

async function shapeOf(context: Context, name: string): Promise<ModelShape> {
  const { shape, notUnderstood } = await resolveModel(name, context.cwd, isoDay(context.now()));
  for (const field of notUnderstood) context.note(`warning: not understood in the configuration: ${field}`);
  return shape;
}

/** Fields of the spec that were stated. */
function statedFields({ request, stated }: AskedServing): Record<string, unknown> {
  const fields = Object.entries(request).filter(([field]) => field in ServeSpec.shape && stated.has(field));
  return Object.fromEntries(fields);
}

/** Requests from files: a month of traffic, and the lengths of a dataset's answers. */
async function requestsOf(
  cwd: string,
  { traffic: file, lengthsOf: dataset, tokenizer }: ServePlanRequest,
): Promise<{ fields: RequestFields; notes: string[] }> {
  const traffic =
    file === undefined ? { fields: {}, notes: [] } : trafficLoad(await readTrafficFile(resolve(cwd, file), file));
  if (dataset === undefined) return traffic;
  const { requestLengths } = await import("../../curate/tokens/request-lengths.ts");
  const { isNamedCounter } = await import("../../curate/tokens/token-counter.ts");
  const counter = tokenizer === undefined || isNamedCounter(tokenizer) ? tokenizer : resolve(cwd, tokenizer);
  const lengths = await requestLengths(resolve(cwd, dataset), { tokenizer: counter, shown: dataset });
  const { input, output, requests, rows, rowsWithout, countedBy } = lengths;
  const without = rowsWithout === 0 ? "" : `; ${rowsWithout} of ${rows} rows have none`;
  return {
    fields: {
      ...traffic.fields,
      inputTokens: input.mean,
      inputCv: input.cv,
      outputTokens: output.mean,
      outputCv: output.cv,
    },
    notes: [...traffic.notes, `lengths of ${requests} answers of ${dataset}, counted by ${countedBy}${without}`],
  };
}

/** Assumed lengths, which cost and latency depend on most. */
function assumedLengths(known: ReadonlySet<string>): string[] {
  const { inputTokens, outputTokens } = ServeSpec.parse({ model: "any" });
  const assumed = [
    known.has("inputTokens") ? undefined : `--input-tokens ${inputTokens}`,
    known.has("outputTokens") ? undefined : `--output-tokens ${outputTokens}`,
  ].filter((words) => words !== undefined);
  return assumed.length === 0 ? [] : [`assumed, since not given: ${assumed.join(" ")}`];
}
