import type { EvaluationResult, ScoredAnswer, ScoredItem, ScoreSummary } from "../../domain/evaluation-result.ts";

/**
 * An evaluation as a log of Inspect, version 2: what `inspect view` and inspect_ai's `read_eval_log` read as a `.json`
 * file. Each answer is a sample; multiple answers to an item become its epochs. The metadata contain cost and fingerprints.
 *
 * @source inspect_ai 0.3, src/inspect_ai/log/_log.py (EvalLog)
 */
export function inspectLog(result: EvaluationResult, items: readonly ScoredItem[]): Record<string, unknown> {
  const { id, evaluation, target, model, finishedAt, isComplete, stopped, sampling, set, scores, counts } = result;
  const named = model === null ? `file/${target}` : model.includes("/") ? model : `openai-api/${model}`;
  const { maxTokens, temperature, topP, seed, stop, samples } = sampling;
  const config = {
    max_tokens: maxTokens,
    temperature,
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop_seqs: stop }),
  };
  const usage = { [named]: usageOf(result) };
  return {
    version: 2,
    status: isComplete ? "success" : "error",
    eval: {
      eval_id: id,
      run_id: id,
      created: finishedAt,
      task: evaluation,
      task_id: id,
      task_version: 0,
      task_attribs: {},
      task_args: {},
      dataset: {
        name: set.name,
        location: set.folder,
        samples: items.length,
        sample_ids: items.map((item) => item.id),
      },
      model: named,
      model_generate_config: config,
      model_base_url: result.endpoint,
      model_args: {},
      config: { epochs: samples },
      packages: {},
      metadata: { tool: result.tool, set_digest: set.digest, ...result.fingerprints },
    },
    plan: { name: "plan", steps: [], config },
    results: {
      total_samples: counts.answers,
      completed_samples: counts.answered,
      scores: scores.map((score) => scoreOf(score, counts.answers)),
    },
    stats: { started_at: finishedAt, completed_at: finishedAt, model_usage: usage },
    ...(isComplete ? {} : { error: failureOf(stopped ?? "not complete") }),
    samples: items.flatMap((item) =>
      item.answers.map((answer, index) => sampleOf(item, { answer, epoch: index + 1, model: named })),
    ),
  };
}

function usageOf({ cost }: Pick<EvaluationResult, "cost">): Record<string, number> {
  const { inputTokens, outputTokens } = cost;
  return { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

function scoreOf({ scorer, kind, mean, standardError, n }: ScoreSummary, answers: number): Record<string, unknown> {
  const metric = (name: string, value: number | null): Record<string, unknown> =>
    value === null ? {} : { [name]: { name, value, params: {} } };
  return {
    name: scorer,
    scorer: kind,
    scored_samples: Math.min(n, answers),
    unscored_samples: Math.max(0, answers - n),
    params: {},
    metrics: { ...metric("mean", mean), ...metric("stderr", standardError) },
  };
}

function sampleOf(
  { id, prompt, reference, slices, cluster, sha256 }: ScoredItem,
  { answer, epoch, model }: { answer: ScoredAnswer; epoch: number; model: string },
): Record<string, unknown> {
  const { answer: text, earlier, error, isCutOff, isRefusal, scores, verdicts, unparsable } = answer;
  const stopReason = isRefusal ? "content_filter" : isCutOff ? "max_tokens" : "stop";
  const reply = { role: "assistant", content: text ?? "", source: "generate", model };
  return {
    id,
    epoch,
    input: prompt,
    target: reference ?? "",
    messages: [{ role: "user", content: prompt, source: "input" }, ...(text === null ? [] : [reply])],
    output: { model, choices: text === null ? [] : [{ message: reply, stop_reason: stopReason }] },
    scores: Object.fromEntries(
      Object.entries(scores).flatMap(([name, value]) => {
        if (value === null) return [];
        const said = verdicts.filter(({ scorer }) => scorer === name);
        const explanation = said.map(({ judge, verdict, text: why }) => `${judge}: ${verdict ?? "none"}\n${why}`);
        return [
          [
            name,
            {
              value,
              answer: text,
              ...(explanation.length === 0 ? {} : { explanation: explanation.join("\n\n") }),
              metadata: { unparsable: unparsable.includes(name) },
            },
          ],
        ];
      }),
    ),
    metadata: {
      ...slices,
      ...(cluster === null ? {} : { cluster }),
      ...(earlier.length === 0 ? {} : { earlier_answers: earlier }),
      row_sha256: sha256,
    },
    store: {},
    events: [],
    model_usage: {},
    attachments: {},
    ...(error === null ? {} : { error: failureOf(error) }),
  };
}

function failureOf(message: string): Record<string, string> {
  return { message, traceback: message, traceback_ansi: message };
}
