import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure, namingFile } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { qualitySummary } from "../../curate/quality/quality-summary.ts";
import type { JudgeCheck } from "../../domain/judge-check.ts";
import type { SynthesisPlan, SynthesisResult, YieldEstimate } from "../../domain/synthesis-result.ts";
import type { LlmResult } from "../../llm/index.ts";
import { estimateYield } from "../../synthesize/estimate-yield.ts";
import { postJournals } from "../paid-calls/post-journals.ts";
import { askRows, planRows, type ReadyModel, readyModel, type Stopped, stoppedBy } from "./ask-rows.ts";
import { type Checked, checkRows } from "./check-rows.ts";
import { admitJudge } from "./judge-admission.ts";
import type { Judging } from "./judge-check.ts";
import { type LoadedSynthesis, loadSynthesis } from "./load-synthesis.ts";
import { markedLines } from "./mark-rows.ts";
import { synthesisFile } from "./read-synthesis.ts";
import { sealRows, writeRecord } from "./seal-rows.ts";
import { isPaidFor, readSpend, synthesisCost } from "./synthesis-cost.ts";
import { reserveSpend } from "./reserve-spend.ts";
import { shareOf, trainingRows, type TrainingRows } from "./synthetic-share.ts";

/** Input of a synthesis. */
export type Synthesize = {
  /** Programme folder. */
  dir: string;
  name: string;
  /** Stop after the pilot, with an estimate for the rest. */
  pilotOnly: boolean;
};

/** Context of a synthesis. */
export type SynthesisSurroundings = Judging & {
  /** Name and version of the program, for the record. */
  tool: string;
  /** Asks for permission to send and pay for the prompts. */
  agree: (plan: SynthesisPlan) => Promise<boolean>;
  /** Asks whether the rest may be requested, given the yield of the pilot. */
  agreeToRest: (estimate: YieldEstimate) => Promise<boolean>;
};

/** The synthesis, and the reason if it ended early. */
export type Synthesized = {
  result: SynthesisResult;
  ended: Stopped | undefined;
};

type Context = {
  loaded: LoadedSynthesis;
  model: ReadyModel;
  plan: SynthesisPlan;
  around: SynthesisSurroundings;
  training: TrainingRows | undefined;
  /** Result of the judge on human labels; null if no judge drops rows, or nothing is asked. */
  admission: JudgeCheck | null;
};

/** Estimates the requests and cost of a synthesis; sends nothing. @throws Failure of `loadSynthesis` */
export async function planSynthesis(
  { dir, name }: Pick<Synthesize, "dir" | "name">,
  { env, now }: Pick<SynthesisSurroundings, "env" | "now">,
): Promise<SynthesisPlan> {
  const loaded = await loadSynthesis(dir, name, now());
  return planRows(loaded, await namingFile(synthesisFile(loaded.name), () => readyModel(loaded, { env, now: now() })));
}

/**
 * Makes synthetic rows: checks the terms of the model, requests the first rows, estimates the yield and cost of the
 * others, requests those, checks every answer, and freezes the rows that pass, with their sources. A killed run can be
 * continued at any time: only requests in progress are sent again. Payments are posted to the ledger however it ends.
 *
 * @throws Failure check_failed if training on the outputs is not permitted, or no row of the pilot passes; bad_input if
 * the requests are not confirmed; over_budget if a budget is too small; and those of reading the files and of asking
 */
export async function synthesize(request: Synthesize, around: SynthesisSurroundings): Promise<Synthesized> {
  const loaded = await loadSynthesis(request.dir, request.name, around.now());
  const model = await namingFile(synthesisFile(loaded.name), () =>
    readyModel(loaded, { env: around.env, now: around.now() }),
  );
  const plan = await planRows(loaded, model);
  const isOut = plan.requests > plan.known && (!plan.isThisMachine || plan.maxUsd !== null);
  if (isOut && !(await around.agree(plan))) {
    throw new Failure("bad_input", "sending the prompts requires confirmation", {
      hint: `pass --yes; \`tunewright data synthesize ${request.name} --dry-run\` shows what would be sent and what it can cost`,
    });
  }
  const isOpen = plan.requests > plan.known;
  const release = isOpen ? await reserveSpend(loaded, model, around) : undefined;
  try {
    const admission = isOpen ? await admitJudge(loaded, around) : null;
    return await askAll({ loaded, model, plan, around, admission, training: await trainingRows(loaded) }, request);
  } catch (error) {
    if (isOpen) await toLedger({ loaded, around });
    throw error;
  } finally {
    await release?.();
  }
}

async function askAll(context: Context, request: Synthesize): Promise<Synthesized> {
  const { plan } = context;
  const pilot = await askFirst(context, request.pilotOnly);
  if (pilot.estimate !== null && !request.pilotOnly && pilot.stopped === null)
    await requireRest(context, pilot.estimate);
  const isAll = request.pilotOnly || pilot.stopped !== null || plan.pilot === plan.requests;
  const rest = isAll ? pilot : { ...(await askUpTo(context, plan.requests)), estimate: pilot.estimate };
  return finish(context, { ...rest, isSealed: !request.pilotOnly });
}

/** Answers to requests 0 to `asked`, the result of the checks, and why asking ended. */
type Asked = {
  asked: number;
  answers: Map<string, LlmResult>;
  checked: Checked;
  stopped: Stopped | null;
};

async function askUpTo(context: Context, asked: number): Promise<Asked> {
  const { loaded, model, around } = context;
  const { endpoint } = loaded.definition;
  const requests = function* () {
    for (let index = 0; index < asked; index++) yield model.requestOf(loaded.draw(index));
  };
  const how = { count: asked, stated: endpoint, step: "asking", around };
  const { results, totals } = await askRows(model, requests(), how);
  const checked = await checkRows(results, asked, context);
  return { asked, answers: results, checked, stopped: stoppedBy(totals, endpoint.maxUsd) ?? checked.stopped };
}

/** Requests the first rows. The estimate is null if no row remains, and only the pilot was not requested. */
async function askFirst(context: Context, isAlone: boolean): Promise<Asked & { estimate: YieldEstimate | null }> {
  const { plan, loaded, model } = context;
  const first = await askUpTo(context, plan.pilot);
  const remaining = plan.requests - plan.pilot;
  if ((remaining === 0 && !isAlone) || first.stopped !== null) return { ...first, estimate: null };
  const spend = await readSpend(loaded, model);
  const { reached, judged } = first.checked;
  const pico = Array.from({ length: plan.pilot }, (_, index) => spend.ofRequest(index));
  for (const candidate of reached) pico[candidate.request.index]! += spend.ofFurther(candidate);
  for (const candidate of judged) pico[candidate.request.index]! += spend.ofJudge(candidate);
  const usd = pico.map((paid) => formatMoney(paid));
  const isPaid = isPaidFor(loaded, model);
  const kept = first.checked.kept.length;
  return { ...first, estimate: estimateYield({ asked: plan.pilot, kept, usd: isPaid ? usd : null, remaining }) };
}

/** Ends a synthesis without yield before the rest is paid, and asks whether to continue. */
async function requireRest({ plan, around, loaded }: Context, estimate: YieldEstimate): Promise<void> {
  if (plan.known >= plan.requests) return;
  if (estimate.kept === 0) {
    throw new Failure("check_failed", `none of the first ${estimate.asked} rows passed the checks`, {
      hint: `inspect ${loaded.folder.dropped}, or the output of \`tunewright data synthesize ${loaded.name} --pilot\`; then change the recipe, the model or the checks`,
    });
  }
  if (plan.maxUsd === null || (await around.agreeToRest(estimate))) return;
  throw new Failure("bad_input", "requesting the remaining rows requires confirmation", {
    hint: "pass --yes; the answers so far are kept and not asked again",
  });
}

type Finish = Asked & { estimate: YieldEstimate | null; isSealed: boolean };

async function finish(context: Context, asked: Finish): Promise<Synthesized> {
  const { loaded, model, around } = context;
  const { dir, folder, name } = loaded;
  const { kept, dropped } = asked.checked;
  const spend = await readSpend(loaded, model);
  const costs = { asked: asked.asked, kept: kept.length, further: asked.checked.reached };
  const cost = await synthesisCost({ loaded, model, spend }, costs);
  await atomicWrite(
    join(dir, folder.dropped),
    dropped.map((droppedAnswer) => `${JSON.stringify(droppedAnswer)}\n`).join(""),
  );
  const lines = markedLines(kept, asked.answers, { loaded, model, spend });
  const seal = asked.isSealed && lines.length > 0;
  const sealed = seal ? await sealRows(loaded, lines, { now: around.now(), tool: around.tool }) : null;
  const result: SynthesisResult = { ...resultOf(context, { asked, cost }), sealed };
  if (sealed?.isNew === true) await writeRecord(join(dir, `${sealed.dir}.json`), result);
  if (!asked.isSealed) await writeRecord(join(dir, folder.pilot), result);
  const ledgerUsd = cost.usd === null ? null : await toLedger(context);
  const ended = asked.stopped === null ? undefined : { ...asked.stopped, message: `${name}: ${asked.stopped.message}` };
  return { result: { ...result, ledgerUsd }, ended };
}

function resultOf(
  { loaded, plan, training, admission }: Context,
  { asked, cost }: { asked: Finish; cost: SynthesisResult["cost"] },
): Omit<SynthesisResult, "sealed"> {
  const { definition, recipe, name, inputs, folder } = loaded;
  const { checked, answers } = asked;
  const replies = [...answers.values()].filter((answer) => !("error" in answer));
  const served = replies.flatMap((reply) =>
    "error" in reply || reply.servedModel === null ? [] : [reply.servedModel],
  );
  const summary = qualitySummary(undefined);
  summary.add(checked.kept.map(({ row }) => row));
  return {
    name,
    recipe: { name: recipe.name, version: recipe.version, source: recipe.source },
    plan,
    servedModels: [...new Set(served)].toSorted(),
    inputs,
    asked: asked.asked,
    answered: replies.length,
    checks: checked.checks,
    compared: checked.compared,
    kept: checked.kept.length,
    pilot: asked.estimate,
    diversity: checked.kept.length === 0 ? null : summary.summary(),
    judge: checked.judge,
    admission,
    cost,
    share: shareOf(checked.kept.length, training, definition.maxShare),
    ledgerUsd: null,
    files: { answers: folder.answers, dropped: folder.dropped },
    stopped: asked.stopped?.message ?? null,
  };
}

/** Posts the calls that the ledger does not contain. @returns US dollars that were added */
async function toLedger({ around, loaded }: Pick<Context, "around" | "loaded">): Promise<string> {
  const { name, dir } = loaded;
  const { endpoint, checks } = loaded.definition;
  const place = { programmeDir: dir, env: around.env, now: around.now };
  const paid = [
    { purpose: `synthesis/${name}`, model: endpoint.model, journal: loaded.folder.answers },
    { purpose: `synthesis/${name}/judge`, model: checks.judge?.model ?? "", journal: loaded.folder.judged },
  ];
  let added = 0n;
  for (const { journal, ...rest } of paid) {
    const posted = await postJournals(place, { ...rest, activity: "data", journals: [join(dir, journal)] });
    added += parseMoney(posted?.addedUsd ?? "0");
  }
  return formatMoney(added);
}
