import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney } from "../../base/money.ts";
import type { JudgeEndpoint, JudgePlan, JudgeSummary, UnjudgedReason } from "../../domain/judge.ts";
import { type AnswerJournal, openJournal, type PaidAnswer, readJournal } from "../../llm/answer-journal.ts";
import { askMany } from "../../llm/ask-many.ts";
import type { AskTotals } from "../../llm/asking.ts";
import type { LlmRequest } from "../../llm/request.ts";
import type { TokenPrice } from "../../llm/token-price.ts";
import { loadTokenCounter } from "../tokens/token-counter.ts";
import { type JudgeSurvey, surveyQuestions } from "./judge-estimate.ts";
import type { Prompt, Question } from "./question.ts";
import { type JudgeVerdict, readVerdict, type ValueOf } from "./read-verdict.ts";

/** Options of asking questions. */
export type JudgeSetup = {
  /** The key, if the endpoint requires one. */
  key: string | undefined;
  price: TokenPrice;
  /** File of answers. */
  journal: string;
  now: Clock;
  /** Runs the requests; its signal stops them, and requests in progress are completed. */
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Asks for permission to send the rows; called only if there are questions to ask. */
  agree: (plan: JudgePlan) => Promise<boolean>;
  onProgress: (fraction: number) => void;
  firstWaitMs?: number | undefined;
};

/** Result of all questions. */
export type Judged<Value> = {
  summary: JudgeSummary;
  verdictOf: (key: string) => JudgeVerdict<Value>;
  /** The answer as recorded, with its day. */
  answerOf: (key: string) => PaidAnswer | undefined;
};

/** Estimates the requests and their cost; sends nothing. */
export async function planQuestions<Value>(
  questions: () => AsyncIterable<Question>,
  options: JudgeEndpoint,
  { setup, prompt }: { setup: JudgeSetup; prompt: Prompt<Value> },
): Promise<JudgePlan> {
  const journal = await readJournal(setup.journal);
  try {
    const counter = await loadTokenCounter();
    return planOf(
      options,
      prompt,
      await surveyQuestions(questions(), { options, journal, price: setup.price, counter }),
    );
  } finally {
    await journal.close();
  }
}

/**
 * Gets answers to questions: recorded answers are reused; the others are requested within the spending cap. The
 * questions are read twice, and equal ones are asked once.
 *
 * @throws Failure over_budget if the cost is not confirmed; interrupted; and those of `askMany` and `openJournal`
 */
export async function judgeQuestions<Value>(
  questions: () => AsyncIterable<Question>,
  options: JudgeEndpoint,
  { setup, prompt }: { setup: JudgeSetup; prompt: Prompt<Value> },
): Promise<Judged<Value>> {
  const journal = await openJournal(setup.journal);
  try {
    const counter = await loadTokenCounter();
    const survey = await surveyQuestions(questions(), { options, journal, price: setup.price, counter });
    const { all, missing, spentPico } = survey;
    const total = missing.size;
    if (total > 0 && !(await setup.agree(planOf(options, prompt, survey)))) throw notAgreed(options);
    let [answered, isInterrupted] = [0, false];
    const ask = async (signal: AbortSignal): Promise<Asked> => {
      signal.addEventListener("abort", () => (isInterrupted = true));
      const results = askMany({
        endpoint: { url: options.url, model: options.model, key: setup.key },
        requests: requestsOf(missingOf(questions, missing), options),
        limits: {
          concurrency: options.concurrency,
          timeoutMs: options.timeoutSec * 1000,
          firstWaitMs: setup.firstWaitMs,
        },
        price: setup.price,
        spendCapUsd: options.maxUsd,
        spentPico,
        journal,
        countTokens: (text) => Math.ceil(counter.count(text) * counter.errorFactors[1]),
        now: setup.now,
        signal,
      });
      const failed = new Map<string, UnjudgedReason>();
      try {
        for await (const result of results) {
          if ("error" in result) failed.set(result.key, result.error.reason);
          else setup.onProgress(++answered / total);
        }
      } catch (error) {
        if (!(error instanceof Failure && error.kind === "interrupted")) throw error; // said below
      }
      return { ...results.totals(), failed };
    };
    const asked = await setup.untilInterrupted(ask);
    if (isInterrupted) {
      throw new Failure("interrupted", `interrupted: ${answered} of ${total} questions were answered`, {
        hint: "these answers are kept; run the same command again to continue",
      });
    }
    const verdictOf = verdicts({ journal, valueOf: prompt.valueOf, asked });
    const summary = summarise({ all, verdictOf, shown: prompt.shown }, { journal, options, asked, price: setup.price });
    return {
      verdictOf,
      answerOf: (key) => journal.known(key, options.maxTokens),
      summary: { ...summary, prompt: prompt.name, estimate: survey.estimate },
    };
  } finally {
    await journal.close();
  }
}

/** The distinct unanswered questions. */
async function* missingOf(questions: () => AsyncIterable<Question>, missing: Set<string>): AsyncGenerator<Question> {
  if (missing.size === 0) return;
  for await (const question of questions()) if (missing.delete(question.key)) yield question;
}

/** Questions as requests: always the same body, so that a deterministic endpoint repeats its answer. */
async function* requestsOf(
  questions: AsyncIterable<Question>,
  { maxTokens }: JudgeEndpoint,
): AsyncGenerator<LlmRequest> {
  for await (const { key, prompt } of questions) yield { id: key, key, prompt, maxTokens, temperature: 0, seed: 1 };
}

/** Totals of the requests, and the reasons for unanswered questions. */
type Asked = AskTotals & { failed: ReadonlyMap<string, UnjudgedReason> };

type Reading<Value> = {
  journal: Pick<AnswerJournal, "answer" | "spentPico" | "path">;
  options: JudgeEndpoint;
  valueOf: ValueOf<Value>;
  asked: Asked;
};

function verdicts<Value>({
  journal,
  valueOf,
  asked,
}: Omit<Reading<Value>, "options">): (key: string) => JudgeVerdict<Value> {
  return (key) => {
    const answer = journal.answer(key);
    if (answer !== undefined) return readVerdict(answer, valueOf);
    return { unjudged: asked.failed.get(key) ?? "no-answer" };
  };
}

function summarise<Value>(
  {
    all,
    verdictOf,
    shown,
  }: { all: ReadonlySet<string>; verdictOf: (key: string) => JudgeVerdict<Value>; shown: (value: Value) => string },
  { journal, options, asked, price }: Omit<Reading<Value>, "valueOf"> & { price: TokenPrice },
): Omit<JudgeSummary, "prompt" | "estimate"> {
  const values = new Map<string, number>();
  const unjudged = new Map<UnjudgedReason, number>();
  let [judged, estimated, spent] = [0, 0, 0n];
  for (const key of all) {
    const verdict = verdictOf(key);
    spent += journal.spentPico(key);
    if (journal.answer(key)?.estimated === true) estimated += 1;
    if ("unjudged" in verdict) unjudged.set(verdict.unjudged, (unjudged.get(verdict.unjudged) ?? 0) + 1);
    else {
      judged += 1;
      values.set(shown(verdict.value), (values.get(shown(verdict.value)) ?? 0) + 1);
    }
  }
  const isPaid = price.cost !== undefined;
  return {
    model: options.model,
    endpoint: endpointOf({ url: options.url, api: "chat" }).shown,
    sent: asked.sent,
    answered: asked.answered,
    judged,
    unjudged: [...unjudged]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, count]) => ({ reason, questions: count })),
    values: [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => ({ value, questions: count })),
    spentUsd: isPaid ? formatMoney(spent) : null,
    maxUsd: isPaid ? options.maxUsd : null,
    estimatedUsage: isPaid ? estimated : 0,
    failure: asked.failure,
    answers: journal.path,
  };
}

function planOf<Value>(options: JudgeEndpoint, { name }: Prompt<Value>, { estimate, first }: JudgeSurvey): JudgePlan {
  const { shown, isLoopback } = endpointOf({ url: options.url, api: "chat" });
  const isPaid = estimate.usd !== null;
  return {
    model: options.model,
    endpoint: shown,
    isThisMachine: isLoopback,
    prompt: name,
    estimate,
    maxUsd: isPaid ? options.maxUsd : null,
    firstQuestion: first ?? null,
  };
}

function notAgreed({ url }: JudgeEndpoint): Failure {
  const { shown } = endpointOf({ url, api: "chat" });
  return new Failure(
    "bad_input",
    `${shown} would receive rows and may charge for them: this requires confirmation; pass --yes`,
    {
      hint: "pass --yes if you may send them; data quality and data decontaminate show the first question with --judge-dry-run",
    },
  );
}
