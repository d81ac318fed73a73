import { existsSync } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type Clock, isoDay } from "../../base/clock.ts";
import { shellWord } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { EvaluationTarget, Sampling } from "../../domain/evaluation.ts";
import { noCost } from "../../domain/evaluation-judge.ts";
import type { TargetPlan } from "../../domain/evaluation-run.ts";
import type { TargetAnswer } from "../../evaluate/run/score-items.ts";
import { conversation } from "../../evaluate/run/fill-prompt.ts";
import { openJournal, readJournal } from "../../llm/answer-journal.ts";
import type { TargetAnswers } from "./ask-target.ts";
import { answersPath } from "./evaluation-folder.ts";
import type { PromptedItem } from "./load-items.ts";
import { runAnswerer } from "./run-answerer.ts";

/** A program that answers, with its questions. */
export type ReadyCommand = {
  name: string;
  target: EvaluationTarget;
  command: readonly string[];
  shown: string;
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  /** One question for each answer, sample by sample. */
  questions: { item: number; sample: number; key: string; input: Record<string, unknown> }[];
  journal: string;
  items: number;
  samples: number;
};

/** Number of consecutive programs that fail to run after which the remaining questions are skipped. */
const FAILURES_IN_A_ROW = 8;

const PRICE = "your own program: its cost is unknown";

/**
 * The questions to a program. Files of the programme folder that the command names are part of a question, so that a
 * changed program is asked again; files that the program itself loads are not tracked.
 *
 * @throws Failure bad_input if an item has several turns, which programs do not support
 */
export async function readyCommand(
  {
    name,
    target,
    evaluation,
    command,
  }: { name: string; target: EvaluationTarget; evaluation: string; command: readonly string[] },
  {
    dir,
    env,
    items,
    sampling,
    repeat,
  }: {
    dir: string;
    env: Readonly<Record<string, string | undefined>>;
    items: readonly PromptedItem[];
    sampling: Sampling;
    repeat: number;
  },
): Promise<ReadyCommand> {
  const many = items.find(({ later }) => later.length > 0);
  if (many !== undefined) {
    const place = `targets.${name}: item ${JSON.stringify(many.item.id)} has several turns`;
    throw new Failure("bad_input", `${place}, which only an endpoint can be asked`, {
      hint: "serve the program behind an OpenAI-compatible endpoint, or freeze a set of single turns",
    });
  }
  const { samples, ...parameters } = sampling;
  const files = await Promise.all(command.map((word) => fileHash(join(dir, word))));
  return {
    name,
    target,
    command,
    shown: command.map(shellWord).join(" "),
    dir,
    env,
    questions: Array.from({ length: samples }, (_, sample) =>
      items.map(({ item: { id }, prompt, tools }, item) => {
        const draw = (repeat - 1) * samples + sample;
        const messages = conversation(prompt, [], []);
        const input = { id, messages, ...(tools === undefined ? {} : { tools }), ...parameters, sample: draw };
        return {
          item,
          sample,
          input,
          key: sha256(canonicalJson({ command, files, model: target.model ?? null, input })),
        };
      }),
    ).flat(),
    journal: answersPath(dir, { evaluation, target: name, repeat }),
    items: items.length,
    samples,
  };
}

/** Maximum size of a file that is taken for a program, in bytes. */
const MOST_PROGRAM_BYTES = 16 * 2 ** 20;

async function fileHash(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= MOST_PROGRAM_BYTES ? sha256(await readFile(path)) : null;
}

/** Estimate of the questions; nothing is run. */
export async function planCommand({ name, shown, questions, journal }: ReadyCommand): Promise<TargetPlan> {
  const kept = existsSync(journal) ? await readJournal(journal) : undefined;
  return {
    target: name,
    endpoint: shown,
    isThisMachine: false, // where a program sends something is not known
    requests: questions.length,
    known: questions.filter(({ key }) => kept?.answer(key) !== undefined).length,
    inputTokens: 0,
    mostUsd: null,
    maxUsd: null,
    affordableItems: null,
    price: PRICE,
  };
}

/**
 * Runs the program for every answer that is missing from the file of answers, several at a time.
 *
 * @throws Failure interrupted by the signal; outside if the program does not exist
 */
export async function askCommand(
  { name, target, command, dir, env, questions, journal: path, items, samples }: ReadyCommand,
  { now, signal, onProgress }: { now: Clock; signal: AbortSignal; onProgress: (fraction: number) => void },
): Promise<TargetAnswers> {
  await mkdir(dirname(path), { recursive: true });
  const journal = await openJournal(path);
  const none = (): TargetAnswer[] => Array.from({ length: samples }, () => ({ error: "not asked" }));
  const answers = Array.from({ length: items }, none);
  let [next, done, requests, failuresInARow] = [0, 0, 0, 0];
  let stopped: string | null = null;
  const work = async (): Promise<void> => {
    while (next < questions.length && stopped === null && !signal.aborted) {
      const { item, sample, key, input } = questions[next++]!;
      let text = journal.answer(key)?.text;
      if (text === undefined) {
        const limits = { timeoutMs: target.timeoutSec * 1000, signal };
        const ran = await runAnswerer(command, { cwd: dir, env, input: `${JSON.stringify(input)}\n`, ...limits });
        if (signal.aborted) return;
        if ("error" in ran) {
          answers[item]![sample] = { error: ran.error };
          failuresInARow += 1;
          if (failuresInARow >= FAILURES_IN_A_ROW) stopped ??= `the program does not answer: ${ran.error}`;
          continue;
        }
        failuresInARow = 0;
        text = ran.text;
        const usage = { input: 0, output: 0, estimated: true, usd: "0.00" } as const;
        await journal.add({ key, kind: "answer", text, ...usage, model: target.model ?? name, on: isoDay(now()) });
      }
      requests += 1;
      answers[item]![sample] = { text, isCutOff: false, isRefusal: false };
      onProgress(++done / questions.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(target.concurrency, questions.length) }, work));
  } finally {
    await journal.close();
  }
  if (signal.aborted) {
    throw new Failure("interrupted", `interrupted: ${done} questions were answered`, {
      hint: "these answers are kept; run the same command again to continue",
    });
  }
  return {
    answers,
    stopped,
    ended: stopped === null ? null : "outside",
    servedModels: [],
    cost: { ...noCost(PRICE), requests, estimatedUsage: requests },
  };
}
