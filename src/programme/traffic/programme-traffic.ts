import { valueAt } from "../../base/issue-text.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Source } from "../../domain/source.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { readTrafficFile } from "./traffic-file.ts";

/** Fields of `serving` that a month of traffic supplies if they are not stated. */
const FIELDS = ["inputTokensPerMonth", "outputTokensPerMonth", "peakOverMean"] as const;

/** A programme with the load of its month of traffic, and the sources of these values. */
export type ProgrammeTraffic = {
  programme: Programme;
  traffic: Traffic | undefined;
  /** Origins by field, such as `serving.peakOverMean`. */
  origins: ReadonlyMap<string, Source>;
};

/**
 * Reads the month of traffic that `serving.traffic` names, and uses its tokens and its peak unless `programme.yaml`
 * states them.
 *
 * @param resolve finds a file of the folder
 * @param value `programme.yaml` as written, before defaults
 * @throws Failure bad_input if the file is not a month of traffic
 */
export async function programmeTraffic(
  programme: Programme,
  { resolve, value }: { resolve: (path: string) => Promise<string>; value: unknown },
): Promise<ProgrammeTraffic> {
  const { serving } = programme;
  if (serving.traffic === undefined) return { ...withOtherSide(programme), traffic: undefined };
  const traffic = await readTrafficFile(await resolve(serving.traffic), serving.traffic);
  const taken = FIELDS.filter((field) => valueAt(value, ["serving", field]) === undefined);
  const values = Object.fromEntries(taken.map((field) => [field, traffic[field]]));
  const origins = taken.map((field): [string, Source] => [
    `serving.${field}`,
    { kind: "user", ref: `${serving.traffic}: ${field}; ${traffic.source.ref}` },
  ]);
  return { programme: { ...programme, serving: { ...serving, ...values } }, traffic, origins: new Map(origins) };
}

/**
 * Where the tokens of one side are missing and both lengths of a request are stated, the tokens of the other side give
 * them.
 */
function withOtherSide(programme: Programme): Pick<ProgrammeTraffic, "programme" | "origins"> {
  const { serving } = programme;
  const { inputTokensPerMonth: input, outputTokensPerMonth: output, requestInputTokens, requestOutputTokens } = serving;
  const isOneMissing = (input === undefined) !== (output === undefined);
  if (!isOneMissing || requestInputTokens === undefined || requestOutputTokens === undefined)
    return { programme, origins: new Map() };
  const perOutput = requestInputTokens / requestOutputTokens;
  const [field, value] =
    input === undefined
      ? (["inputTokensPerMonth", output! * perOutput] as const)
      : (["outputTokensPerMonth", input / perOutput] as const);
  const ref = "programme.yaml: tokens of the other side, and serving.requestInputTokens / requestOutputTokens";
  return {
    programme: { ...programme, serving: { ...serving, [field]: value } },
    origins: new Map([[`serving.${field}`, { kind: "user", ref }]]),
  };
}
