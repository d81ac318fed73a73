import { join, resolve } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isoDay } from "../../../base/clock.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { fieldProblems } from "../../../base/issue-text.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { parseJson } from "../../../base/json.ts";
import { type Random, seededRandom } from "../../../base/random.ts";
import { readText } from "../../../base/read-text.ts";
import { CANDIDATES, candidateRows, exposureOf } from "../../../comply/canaries.ts";
import { memorisationVerdict } from "../../../comply/memorisation-verdict.ts";
import { readWholeRows } from "../../../curate/rows/read-whole-rows.ts";
import {
  CanaryFile,
  type Exposure,
  type Memorisation,
  type MemorisationRequest,
} from "../../../domain/memorisation.ts";
import { areaUnderRoc } from "../../../statistics/auc.ts";
import { askVerbatim, type SampledRow } from "./ask-verbatim.ts";
import { MEMORISATION_FILE } from "./memorisation-file.ts";
import { rowLosses, type TestedModel, weightsSha256 } from "./row-loss.ts";

/**
 * Tests what a tuned model reveals of its training rows: membership by the loss, exposure of canaries, and answers that
 * the serving endpoint reproduces verbatim. Writes `memorisation.json`, which is evidence.
 *
 * @throws Failure bad_input if neither weights nor an endpoint is named, or a file has too few rows; outside if the
 * user's Python or the endpoint fails
 */
export async function testMemorisation(
  context: Context,
  request: MemorisationRequest,
  tool: string,
): Promise<Memorisation> {
  const { cwd, now } = context;
  if (request.model === undefined && request.endpoint === undefined) {
    throw new Failure("bad_input", "neither weights nor an endpoint is named", {
      hint: "--model FOLDER tests membership, --endpoint URL tests verbatim answers",
    });
  }
  const random = seededRandom(request.seed);
  const members = await drawRows(
    resolve(cwd, request.members),
    { shown: request.members, count: request.rows },
    random,
  );
  const others = await drawRows(resolve(cwd, request.others), { shown: request.others, count: request.rows }, random);
  const tested =
    request.model === undefined ? null : await testWeights(context, { members, others }, { request, random });
  const { endpoint } = request;
  const verbatim =
    endpoint === undefined ? null : await askVerbatim(context, { members, others }, { ...request, endpoint });
  const found = { membership: tested?.membership ?? null, exposures: tested?.exposures ?? [], verbatim };
  const result: Memorisation = {
    version: 1,
    on: isoDay(now()),
    tool,
    membersSha256: await hashFile(resolve(cwd, request.members)),
    othersSha256: await hashFile(resolve(cwd, request.others)),
    modelSha256: tested?.modelSha256 ?? null,
    ...found,
    ...memorisationVerdict(found),
  };
  await atomicWrite(join(resolve(cwd, request.dir), MEMORISATION_FILE), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Rows drawn evenly from a file, in its order. */
async function drawRows(
  path: string,
  { shown, count }: { shown: string; count: number },
  random: Random,
): Promise<SampledRow[]> {
  const drawn: SampledRow[] = [];
  let row = 0;
  for await (const fields of readWholeRows(path, shown)) {
    row += 1;
    if (drawn.length < count) drawn.push({ row, fields });
    else {
      const slot = Math.floor(random() * row);
      if (slot < count) drawn[slot] = { row, fields };
    }
  }
  if (drawn.length < 2) {
    throw new Failure("bad_input", `${shown} has ${drawn.length} rows, expected at least 2`, {
      hint: "name a dataset file with more rows",
    });
  }
  return drawn.toSorted((a, b) => a.row - b.row);
}

async function testWeights(
  { cwd, env, progress }: Context,
  { members, others }: { members: readonly SampledRow[]; others: readonly SampledRow[] },
  { request, random }: { request: MemorisationRequest; random: Random },
): Promise<{ membership: Memorisation["membership"]; exposures: Exposure[]; modelSha256: string }> {
  const model = resolve(cwd, request.model!);
  const adapter = request.adapter === undefined ? undefined : resolve(cwd, request.adapter);
  const modelSha256 = await weightsSha256(adapter === undefined ? [model] : [model, adapter]);
  const canaries =
    request.canaries === undefined
      ? []
      : (await readCanaries(resolve(cwd, request.canaries), request.canaries)).canaries;
  const candidates = canaries.flatMap((canary) => candidateRows(canary, random));
  const rows = [...members.map(({ fields }) => fields), ...others.map(({ fields }) => fields), ...candidates];
  progress(`loss of ${rows.length} rows in ${request.python}`);
  const tested: TestedModel = { model, adapter, maxTokens: request.maxTokens };
  const place = {
    python: isPath(request.python) ? resolve(cwd, request.python) : request.python,
    env,
    timeoutSeconds: request.timeoutSeconds,
  };
  const losses = await rowLosses(rows, tested, place);
  const lossesOf = (from: number, count: number): number[] =>
    losses.slice(from, from + count).filter((loss) => loss !== null);
  const ofMembers = lossesOf(0, members.length);
  const ofOthers = lossesOf(members.length, others.length);
  if (ofMembers.length < 2 || ofOthers.length < 2) {
    throw new Failure("bad_input", "fewer than 2 rows of a file have text", { hint: "name files with rows of text" });
  }
  const start = members.length + others.length;
  const exposures = canaries.map((canary, index) =>
    exposureOf(canary, lossesOf(start + index * CANDIDATES, CANDIDATES)),
  );
  // The smaller loss is the sign of a member.
  const membership = areaUnderRoc(
    ofMembers.map((loss) => -loss),
    ofOthers.map((loss) => -loss),
  );
  return {
    membership: {
      members: ofMembers.length,
      others: ofOthers.length,
      ...membership,
      meanLossMembers: meanOf(ofMembers),
      meanLossOthers: meanOf(ofOthers),
    },
    exposures,
    modelSha256,
  };
}

/** The canaries of a file. @throws Failure not_found; bad_input if it was not written by `comply canaries` */
async function readCanaries(path: string, shown: string): Promise<CanaryFile> {
  const value = parseJson(await readText(path, { shown }), shown);
  const parsed = CanaryFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = fieldProblems(parsed.error, value);
  throw new Failure("bad_input", `${shown}: ${problem?.path.join(".") ?? ""} ${problem?.text ?? ""}`, {
    hint: "name the canaries.json that tunewright comply canaries wrote",
  });
}

function isPath(python: string): boolean {
  return python.includes("/");
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
