// Cost and regret of each stopping rule on recorded learning curves: 100 trials of six tasks (TaskSet), 51 epochs. The
// promotion rule runs with four workers, the others one trial after another, as Optuna's were measured. Prints one table and
// one JSON line. The rows "all known" are bounds: successive halving that sees all 100 trials at a rung before it decides.
//
//     node bench/sweep-regret.bench.mjs --data FOLDER
//
// FOLDER holds the curves as CSV: config_id, eight hyperparameters, v0 to v50.
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({ options: { data: { type: "string" } } });
const rule = (path) => import(new URL(`../dist/launch/sweep/stopping/${path}.js`, import.meta.url).href);
const { halving } = await rule("halving");
const { hyperband } = await rule("hyperband");
const { percentileRule } = await rule("percentile");
const { promotion } = await rule("promotion");
const { geometricRungs, promotionRungs } = await rule("rungs");
const { seededRandom } = await import(new URL("../dist/base/random.js", import.meta.url).href);

const [maxSteps, TRIALS, WORKERS] = [51, 100, 4];
const asha = (minSteps, eta) => () =>
  halving({ rungs: geometricRungs(minSteps, eta, maxSteps), eta, maxSteps, firstTrials: 0 });
const RULES = {
  none: undefined,
  "median, 5 first, from step 5": () => percentileRule({ percentile: 50, startupTrials: 5, warmupSteps: 5, maxSteps }),
  "asha, from step 2, 1 in 3": asha(2, 3),
  "asha, from step 3, 1 in 4": asha(3, 4),
  "asha, from step 6, 1 in 3": asha(6, 3),
  "hyperband, from step 2, 1 in 3": () => hyperband({ minSteps: 2, eta: 3, maxSteps, name: "g" }),
};

/** One trial after another. */
function inTurn(curves, made) {
  let [epochs, best] = [0, Number.POSITIVE_INFINITY];
  const stopping = made?.();
  for (const [trial, curve] of curves.entries()) {
    let step = 0;
    while (step < maxSteps) {
      step += 1;
      const decision = stopping?.report({ trial, step, value: curve[step - 1] }) ?? "go-on";
      if (decision !== "go-on") break;
    }
    epochs += step;
    if (step < maxSteps) continue;
    stopping?.complete(trial);
    best = Math.min(best, curve[maxSteps - 1]);
  }
  return { epochs, best };
}

/** Four workers, a unit of time for each epoch: a paused trial continues when it is promoted. */
function promoted(curves) {
  const stopping = promotion({ rungs: promotionRungs(4, 3, maxSteps), maxSteps, waitTrials: TRIALS / 2 });
  const running = [];
  let [begun, epochs, time, best] = [0, 0, 0, Number.POSITIVE_INFINITY];
  const reached = new Map();
  for (;;) {
    while (running.length < WORKERS) {
      const due = stopping.promote(begun < curves.length ? "more" : running.length > 0 ? "running" : "idle");
      if (due === undefined && begun === curves.length) break;
      const trial = due?.trial ?? begun++;
      const from = reached.get(trial) ?? 0;
      const until = due?.untilStep ?? stopping.firstSteps;
      running.push({ trial, from, until, endsAt: time + until - from });
    }
    running.sort((a, b) => a.endsAt - b.endsAt);
    const run = running.shift();
    if (run === undefined) return { epochs, best };
    time = run.endsAt;
    epochs += run.until - run.from;
    reached.set(run.trial, run.until);
    const value = curves[run.trial][run.until - 1];
    stopping.report({ trial: run.trial, step: run.until, value });
    if (run.until === maxSteps) best = Math.min(best, value);
  }
}

/** The bound of the promotion rule: every trial is known at a rung before any goes on, with the same rungs and shares. */
function known(rungs) {
  return (curves) => {
    let [alive, epochs, before] = [curves.map((_, trial) => trial), 0, 0];
    for (const [index, rung] of rungs.entries()) {
      epochs += alive.length * (rung - before);
      before = rung;
      const count = Math.max(1, Math.floor((alive.length * rung) / (rungs[index + 1] ?? maxSteps)));
      alive = alive.toSorted((a, b) => curves[a][rung - 1] - curves[b][rung - 1]).slice(0, count);
    }
    epochs += alive.length * (maxSteps - before);
    return { epochs, best: Math.min(...alive.map((trial) => curves[trial][maxSteps - 1])) };
  };
}

const files = readdirSync(flags.data).filter((name) => name.endsWith(".csv"));
const tasks = files.map((name) =>
  readFileSync(`${flags.data}/${name}`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) =>
      line
        .split(",")
        .slice(9)
        .map((text) => (Number(text) <= 1e6 ? Number(text) : 1e6)),
    ),
);
const stated = readFileSync(new URL("../test/golden/sweep-draws.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",")[1].split(" ").map(Number));
const random = seededRandom(1);
const others = Array.from({ length: 60 }, () => {
  const ids = new Set();
  while (ids.size < TRIALS) ids.add(Math.floor(random() * tasks[0].length));
  return [...ids];
});

const rows = [];
for (const [draws, lists] of [
  ["stated", stated],
  ["others", others],
]) {
  for (const [name, run] of [
    ...Object.entries(RULES).map(([name, made]) => [name, (curves) => inTurn(curves, made)]),
    ["promote, from step 4, 1 in 3, 4 workers", promoted],
    ["all known, rungs 4 and 12", known([4, 12])],
    ["all known, rungs 5, 10 and 20", known([5, 10, 20])],
  ]) {
    const results = tasks.flatMap((task) =>
      lists.map((ids) => {
        const curves = ids.map((id) => task[id]);
        const last = curves.map((curve) => curve[maxSteps - 1]).toSorted((a, b) => a - b);
        const middle = Math.min(last[TRIALS / 2], 0.7);
        const { epochs, best } = run(curves);
        const regret = middle > last[0] ? (best - last[0]) / (middle - last[0]) : 0;
        return { regret, share: epochs / (TRIALS * maxSteps), isBest: best === last[0] };
      }),
    );
    const mean = (pick) => results.reduce((sum, one) => sum + pick(one), 0) / results.length;
    rows.push({
      draws,
      name,
      searches: results.length,
      share: mean(({ share }) => share),
      regret: mean(({ regret }) => regret),
      best: mean(({ isBest }) => (isBest ? 1 : 0)),
    });
  }
}
const print = (line) => process.stdout.write(`${line}\n`);
print("regret: 0 the best of the 100 trials, 1 their median (at most 0.70)");
print(
  `${"draws".padEnd(8)}${"rule".padEnd(42)}${"searches".padStart(9)}${"epochs %".padStart(10)}${"regret".padStart(9)}${"best found %".padStart(14)}`,
);
for (const { draws, name, searches, share, regret, best } of rows)
  print(
    `${draws.padEnd(8)}${name.padEnd(42)}${String(searches).padStart(9)}${(100 * share).toFixed(1).padStart(10)}${regret.toFixed(4).padStart(9)}${(100 * best).toFixed(0).padStart(14)}`,
  );
print(JSON.stringify({ trials: TRIALS, rows }));
