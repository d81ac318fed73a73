import { expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import { WatchFile } from "../../src/domain/watch-file.ts";
import type { WatchedRequest } from "../../src/domain/watch-import.ts";
import { predictionPoweredMean } from "../../src/statistics/index.ts";
import { buildSeries } from "../../src/watch/build-series.ts";
import { checkSignals, type SeenSignal } from "../../src/watch/check-signals.ts";
import { correctedSeries, FEWEST_LABELS } from "../../src/watch/corrected-series.ts";

const WEEK_MS = 7 * 86_400_000;
const START = Date.parse("2026-01-05T00:00:00Z");

/** Traffic whose answers are unsupported at a rate, a judge that errs, and labels of people on some rows of each week. */
type Made = { requests: WatchedRequest[]; verdicts: Map<string, number>; labels: Map<string, number> };

function made(
  weeks: readonly { rate: number; over: number }[],
  { perWeek = 400, labelled = 40, seed = 3 }: { perWeek?: number; labelled?: number; seed?: number } = {},
): Made {
  const random = seededRandom(seed);
  const traffic: Made = { requests: [], verdicts: new Map(), labels: new Map() };
  weeks.forEach(({ rate, over }, week) => {
    for (let k = 0; k < perWeek; k++) {
      const id = `${week}-${k}`;
      const isBad = random() < rate;
      traffic.requests.push({
        id,
        timeMs: START + week * WEEK_MS + Math.floor((k / perWeek) * WEEK_MS),
        user: null,
        model: "m",
        slice: null,
        hasText: true,
        share: 1,
        promptCharacters: 10,
        answerCharacters: 10,
        isRefusal: false,
        isJson: false,
        language: "en",
        latencySec: null,
        costUsd: null,
        feedback: null,
        similarity: null,
        vector: "",
        embedding: null,
        embedder: null,
      });
      traffic.verdicts.set(id, Number(random() < (isBad ? 0.9 : over)));
      if (k % Math.floor(perWeek / labelled) === 0) traffic.labels.set(id, Number(isBad));
    }
  });
  return traffic;
}

function seen({ requests, verdicts, labels }: Made, weeks: number): SeenSignal {
  const file = WatchFile.parse({
    version: 1,
    reference: { from: "2026-01-05", to: new Date(START + weeks * WEEK_MS - 1).toISOString().slice(0, 10) },
    signals: ["ungrounded"],
  });
  const { series } = buildSeries({
    requests,
    file,
    nowMs: START + 1_000 * WEEK_MS,
    hasFormat: undefined,
    judged: { verdicts, labels: { ungrounded: labels } },
  });
  return checkSignals(series, file).seen[0]!;
}

const steady = (weeks: number, rate = 0.1, over = 0.2): { rate: number; over: number }[] =>
  Array.from({ length: weeks }, () => ({ rate, over }));

test("each batch is the PPI++ estimate of its rows at the weight of the reference", () => {
  const traffic = made(steady(3));
  const batches = [0, 1, 2].map((index) => ({
    index,
    requests: traffic.requests.filter(({ id }) => id.startsWith(`${index}-`)),
  }));
  const found = correctedSeries(
    { reference: batches.slice(0, 2), watched: batches.slice(2) },
    { proxyOf: ({ id }) => traffic.verdicts.get(id)!, labels: traffic.labels },
  )!;
  for (const batch of [...found.reference, ...found.watched]) {
    const ids = batches[batch.index]!.requests.map(({ id }) => id);
    const people = ids.filter((id) => traffic.labels.has(id));
    const expected = predictionPoweredMean(
      {
        labels: people.map((id) => traffic.labels.get(id)!),
        judged: people.map((id) => traffic.verdicts.get(id)!),
        unlabelled: ids.filter((id) => !traffic.labels.has(id)).map((id) => traffic.verdicts.get(id)!),
      },
      found.weight,
    );
    expect(found.level + batch.mean).toBeCloseTo(expected.estimate, 12);
    expect(batch.rows).toBe(people.length);
    // Published with n; here with the n / (n - 1) of clustered errors.
    expect(batch.standardError / expected.standardError).toBeGreaterThan(0.99);
    expect(batch.standardError / expected.standardError).toBeLessThan(1.03);
  }
});

test("the rate is that of people, whatever the judge says, and is known better than from labels alone", () => {
  const { of, checked } = seen(made(steady(12), { perWeek: 1_000 }), 12);
  expect(checked.reference).toBeGreaterThan(0.07);
  expect(checked.reference).toBeLessThan(0.13); // the judge alone says 27 %
  expect(of.corrected!.weight).toBeGreaterThan(0.2);
  const alone = Math.sqrt((0.1 * 0.9) / 40);
  const mean = of.series.reference.reduce((sum, { standardError }) => sum + standardError, 0) / 12;
  expect(mean).toBeLessThan(alone);
});

test("where every row has a label the rate is that of the labels, with any weight", () => {
  for (const lambda of [undefined, 1]) {
    const { estimate, standardError } = predictionPoweredMean(
      { labels: [1, 1, 1, 0], judged: [0, 1, 0, 1], unlabelled: [] },
      lambda,
    );
    expect(estimate).toBe(0.75);
    expect(standardError).toBeCloseTo(Math.sqrt(0.1875 / 4), 12);
  }
});

test("a rise is found once the window has 200 labels, and not before", () => {
  const rising = [...steady(12), ...steady(12, 0.5)];
  const { monitored, checked } = seen(made(rising), 12);
  const first = monitored.looks.findIndex(({ isAlarm }) => isAlarm);
  expect(checked.state).toBe("alarm");
  // 40 labels a week: windows of 1, 2 and 4 weeks have fewer than 200, the one of 8 weeks has 320.
  expect(first).toBe(7);
  expect(FEWEST_LABELS).toBe(200);
  const few = seen(made(rising, { labelled: 20 }), 12);
  expect(few.monitored.looks.some(({ isAlarm }) => isAlarm)).toBe(false);
});

test("a judge that becomes stricter raises no alarm where people see no change", () => {
  const { checked } = seen(made([...steady(12), ...steady(20, 0.1, 0.6)]), 12);
  expect(checked.batches.some(({ isAlarm }) => isAlarm)).toBe(false);
});

test("a reference with fewer than 200 labels cannot alarm", () => {
  const { checked } = seen(made([...steady(8), ...steady(12, 0.9)], { labelled: 20 }), 8);
  expect(checked.state).toBe("too-short");
  expect(checked.detectable).toBeGreaterThan(0);
});

test("the recogniser of refusals is corrected in the same way", () => {
  const traffic = made(steady(12));
  const requests = traffic.requests.map((request) => ({
    ...request,
    isRefusal: traffic.verdicts.get(request.id) === 1,
  }));
  const file = WatchFile.parse({
    version: 1,
    reference: { from: "2026-01-05", to: "2026-03-01" },
    signals: ["refusal"],
  });
  const judged = { verdicts: new Map<string, number>(), labels: { refusal: traffic.labels } };
  const input = { requests, file, nowMs: START + 1_000 * WEEK_MS, hasFormat: undefined };
  const [corrected] = buildSeries({ ...input, judged }).series;
  const [raw] = buildSeries(input).series;
  expect(raw!.level).toBeGreaterThan(0.22);
  expect(corrected!.level).toBeLessThan(0.16);
});
