import { Failure } from "../../base/failure.ts";
import { formatCount, formatNumber } from "../../base/units.ts";
import { requestLengths, type RequestLengths } from "../../curate/tokens/request-lengths.ts";
import { type Estimate, isRefusal } from "../../domain/estimate.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { LengthBasis, ServingChoice } from "../../domain/serving-choice.ts";
import { type RequestFields, ratePerSec, trafficLoad } from "../../plan/serve-plan/traffic-load.ts";
import type { Lengths } from "../../plan/serve/serve-run.ts";
import { defaultLengths } from "../../plan/serving/default-lengths.ts";
import { type MonthlyTokens, monthlyTokens } from "../../plan/serving/monthly-tokens.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { publishedTokenRatio } from "../traffic/token-ratio.ts";

/** The requests of a programme as fields of a spec, and their sources. */
export type ProgrammeRequests = {
  fields: RequestFields;
  requests: ServingChoice["requests"];
  /** Tokens of the served model per token of the month; undefined if both are counted with the same tokenizer. */
  ownTokensPerToken: Estimate | undefined;
  notes: string[];
};

/** A source of lengths: one or both sides, in the served model's tokens. */
type LengthSource = { basis: LengthBasis; input?: Lengths | undefined; output?: Lengths | undefined; text: string };

/** Relative difference above which stated lengths contradict the tokens of the month. */
const AGREEMENT = 0.1;

/**
 * Lengths and rate of a programme's requests, in order of precedence: from `programme.yaml`, its month of traffic, its
 * training rows, the stated mean of a row, or a published default for its task. If the month states the ratio of input to output, one length
 * determines the other.
 *
 * @param given fields of the spec from the command line, which replace all of these
 * @throws Failure bad_input if stated lengths contradict the stated tokens of a month
 */
export async function programmeRequests(
  loaded: LoadedProgramme,
  given: Readonly<Record<string, unknown>>,
  hubCache: string | undefined,
): Promise<ProgrammeRequests> {
  const tokens = monthlyTokens(loaded.programme.serving);
  const month = "unknown" in tokens ? undefined : tokens;
  checkStated(loaded, month);
  const { ratio, notes } = tokenRatio(loaded);
  const factor = ratio?.p50 ?? 1;
  const file = loaded.traffic && trafficLoad(loaded.traffic);
  const known = [givenLengths(given), statedLengths(loaded), trafficLengths(loaded, file?.fields, factor)];
  const perOutput = month && month.input / month.output;
  const measured = isComplete(known, perOutput) ? [] : [await rowLengths(loaded, hubCache)];
  const mean = meanLengths(loaded, perOutput);
  const sources = [...known, ...measured, ...mean, publishedLengths(loaded)];
  const lengths = withUnusedMean(withDerived(resolve(sources, perOutput), month), loaded, mean);
  const { inputCv, outputCv } = lengths.cv;
  const rate = month && ratePerSec(month.output * factor, lengths.outputTokens);
  const hits = file?.fields.prefixHitShare;
  return {
    fields: {
      inputTokens: lengths.inputTokens,
      outputTokens: lengths.outputTokens,
      inputCv,
      outputCv,
      ...(rate === undefined ? {} : { rate }),
      ...(hits === undefined ? {} : { prefixHitShare: hits }),
    },
    requests: {
      inputTokens: lengths.inputTokens,
      outputTokens: lengths.outputTokens,
      basis: lengths.basis,
      text: lengths.text,
    },
    ownTokensPerToken: ratio,
    notes: [lengths.text, ...(file?.notes ?? []), ...notes, ...("unknown" in tokens ? [tokens.unknown] : [])],
  };
}

/** Lengths with a note if only one is of the source, because the tokens of the month give the other. */
function withDerived<Found extends ReturnType<typeof resolve>>(
  lengths: Found,
  month: MonthlyTokens | undefined,
): Found {
  const { follows, inputTokens, outputTokens, text } = lengths;
  if (follows === undefined || month === undefined) return lengths;
  const [kept, derived] = follows === "input" ? ["output", inputTokens] : ["input", outputTokens];
  const why = `only the ${kept} counts: ${formatCount(month.input)} input and ${formatCount(month.output)} output tokens a month give a mean ${follows} of ${formatNumber(derived)}`;
  return { ...lengths, text: `${text}; ${why}` };
}

/** Lengths with a note if the stated mean of a row is not used for them, because only rows or a ratio divide it. */
function withUnusedMean<Found extends { basis: LengthBasis; text: string }>(
  lengths: Found,
  { programme: { data } }: LoadedProgramme,
  mean: readonly LengthSource[],
): Found {
  const isUsed = lengths.basis !== "rows" && (lengths.basis !== "default" || mean.length > 0);
  if (data.meanTokens === undefined || isUsed) return lengths;
  const why = "data.meanTokens is not used, because it counts the prompt and answer of a row together";
  return { ...lengths, text: `${lengths.text}; ${why}` };
}

/**
 * The stated mean of a row, divided by the ratio of input to output of the month: a request is assumed to be as long as
 * a training row. None if either is unknown.
 */
function meanLengths({ programme: { data, task } }: LoadedProgramme, perOutput: number | undefined): LengthSource[] {
  const { meanTokens } = data;
  if (meanTokens === undefined || perOutput === undefined) return [];
  const { input, output } = defaultLengths(task.kind);
  const ofOutput = meanTokens / (1 + perOutput);
  return [
    {
      basis: "default",
      input: { mean: meanTokens - ofOutput, cv: input.cv },
      output: { mean: ofOutput, cv: output.cv },
      text: `lengths of requests are those of a training row, ${formatNumber(meanTokens)} tokens (data.meanTokens), divided as the month divides input and output`,
    },
  ];
}

/** Lengths by the first source of each; the other follows from the tokens of the month. */
function resolve(sources: readonly LengthSource[], perOutput: number | undefined) {
  const first = (side: "input" | "output"): LengthSource | undefined =>
    sources.find((source) => source[side] !== undefined);
  const ofOutput = first("output")!;
  const ofInput = first("input")!;
  const rank = (source: LengthSource): number => sources.indexOf(source);
  const isOne = ofInput === ofOutput && ofInput.basis === "default" && sources.indexOf(ofInput) < sources.length - 1;
  const isMonthly = (source: LengthSource): boolean => source.basis === "rows" || source.basis === "default";
  const cv = {
    inputCv: ofInput.input!.cv,
    outputCv: ofOutput.output!.cv,
  };
  if (perOutput !== undefined && !isOne && isMonthly(ofInput) && rank(ofOutput) <= rank(ofInput)) {
    const outputTokens = ofOutput.output!.mean;
    const inputTokens = within(outputTokens * perOutput);
    return { cv, inputTokens, outputTokens, basis: ofOutput.basis, text: ofOutput.text, follows: "input" } as const;
  }
  if (perOutput !== undefined && !isOne && isMonthly(ofOutput)) {
    const inputTokens = ofInput.input!.mean;
    const outputTokens = within(inputTokens / perOutput);
    return { cv, inputTokens, outputTokens, basis: ofInput.basis, text: ofInput.text, follows: "output" } as const;
  }
  const weaker = rank(ofInput) > rank(ofOutput) ? ofInput : ofOutput;
  const [inputTokens, outputTokens] = [within(ofInput.input!.mean), within(ofOutput.output!.mean)];
  return { cv, inputTokens, outputTokens, basis: weaker.basis, text: weaker.text, follows: undefined };
}

/** A length for a spec; the plan checks whether it fits in the model's context. */
function within(tokens: number): number {
  return Math.min(LIMITS.sequenceTokens, Math.max(1, tokens));
}

/** Whether the rows need not be read: both lengths are known, or one of them and the ratio. */
function isComplete(sources: readonly LengthSource[], perOutput: number | undefined): boolean {
  const has = (side: "input" | "output"): boolean => sources.some((source) => source[side] !== undefined);
  return (has("input") && has("output")) || (perOutput !== undefined && (has("input") || has("output")));
}

function givenLengths(given: Readonly<Record<string, unknown>>): LengthSource {
  const lengthsOf = (side: "input" | "output"): Lengths | undefined => {
    const mean = given[`${side}Tokens`] as number | undefined;
    return mean === undefined ? undefined : { mean, cv: (given[`${side}Cv`] as number | undefined) ?? SPREAD };
  };
  return {
    basis: "stated",
    input: lengthsOf("input"),
    output: lengthsOf("output"),
    text: "lengths of requests are as given",
  };
}

/** Spread of lengths if only the mean is stated: the default of a spec. */
const SPREAD = 0.5;

function statedLengths({ programme: { serving } }: LoadedProgramme): LengthSource {
  const lengthsOf = (mean: number | undefined): Lengths | undefined =>
    mean === undefined ? undefined : { mean, cv: SPREAD };
  return {
    basis: "stated",
    input: lengthsOf(serving.requestInputTokens),
    output: lengthsOf(serving.requestOutputTokens),
    text: "lengths of requests are those stated in programme.yaml (serving.requestInputTokens, requestOutputTokens)",
  };
}

function trafficLengths(
  { programme: { serving } }: LoadedProgramme,
  fields: RequestFields | undefined,
  factor: number,
): LengthSource {
  const lengthsOf = (mean: number | undefined, cv: number | undefined): Lengths | undefined =>
    mean === undefined ? undefined : { mean: mean * factor, cv: cv ?? SPREAD };
  return {
    basis: "traffic",
    input: lengthsOf(fields?.inputTokens, fields?.inputCv),
    output: lengthsOf(fields?.outputTokens, fields?.outputCv),
    text: `requests are those of ${serving.traffic ?? "the month of traffic"}`,
  };
}

/** Lengths of the training rows; neither if no row has a prompt and an answer. */
async function rowLengths(loaded: LoadedProgramme, hubCache: string | undefined): Promise<LengthSource> {
  const found = await measureRows(loaded, hubCache);
  return {
    basis: "rows",
    input: found?.input,
    output: found?.output,
    text: `lengths of requests are those of ${found?.requests ?? 0} answers in the training rows, counted by ${found?.countedBy ?? "nothing"}`,
  };
}

async function measureRows(loaded: LoadedProgramme, hubCache: string | undefined): Promise<RequestLengths | undefined> {
  const file = loaded.programme.data.files.find(
    ({ path: listed, role }) => role === "train" && loaded.gone?.includes(listed) !== true,
  );
  if (file === undefined) return undefined;
  const { path, fields, delimiter } = file;
  const tokenizer = await findTokenizer(loaded, hubCache);
  return requestLengths(await loaded.resolve(path), { tokenizer, fields, delimiter, shown: path }).catch(
    (error: unknown) => {
      if (error instanceof Failure && error.kind === "bad_input") return undefined; // its rows have no answers
      throw error;
    },
  );
}

function publishedLengths({ programme: { task } }: LoadedProgramme): LengthSource {
  const { input, output, source } = defaultLengths(task.kind);
  return {
    basis: "default",
    input,
    output,
    text: `lengths of requests are published ones for ${task.kind}, ${formatNumber(input.mean)} input and ${formatNumber(output.mean)} output tokens (${source})`,
  };
}

/** Stated lengths must agree with the stated tokens of a month. */
function checkStated(loaded: LoadedProgramme, month: MonthlyTokens | undefined): void {
  const { requestInputTokens, requestOutputTokens } = loaded.programme.serving;
  if (requestInputTokens === undefined || requestOutputTokens === undefined || month === undefined) return;
  const [ofRequest, ofMonth] = [requestInputTokens / requestOutputTokens, month.input / month.output];
  if (Math.abs(ofRequest / ofMonth - 1) <= AGREEMENT) return;
  throw new Failure(
    "bad_input",
    `${loaded.place(["serving", "requestInputTokens"])}: requests of ${requestInputTokens} input and ${requestOutputTokens} output tokens have ${formatNumber(ofRequest)} input tokens per output token; the month has ${formatNumber(ofMonth)} (inputTokensPerMonth, outputTokensPerMonth)`,
    { hint: "correct one of the two, or state one length: the month gives the other" },
  );
}

/** Ratio of the served model's tokens to the tokens of the month. */
export function tokenRatio({ programme, traffic }: LoadedProgramme): { ratio: Estimate | undefined; notes: string[] } {
  if (traffic?.ownTokensPerToken !== undefined) return { ratio: traffic.ownTokensPerToken, notes: [] };
  const { api } = programme.today;
  if (api === undefined) return { ratio: undefined, notes: [] };
  const published = publishedTokenRatio(api);
  return isRefusal(published)
    ? { ratio: undefined, notes: [`${published.refused}; a ratio of 1 is assumed`] }
    : { ratio: published, notes: [] };
}
