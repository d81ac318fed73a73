import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { canonicalJson, sha256 } from "../../src/base/hash.ts";
import { seededRandom } from "../../src/base/random.ts";
import { cohenKappa, fleissKappa } from "../../src/statistics/agreement/kappa.ts";
import { krippendorffAlpha, type Level } from "../../src/statistics/agreement/krippendorff.ts";
import { chiSquareTest, fisherExact } from "../../src/statistics/contingency.ts";
import { studentQuantile, Z95 } from "../../src/statistics/distributions.ts";
import { anytimeLowerBound, type Batch } from "../../src/statistics/drift/anytime-bound.ts";
import {
  energyDistance,
  hellinger,
  jensenShannon,
  kullbackLeibler,
  populationStability,
  totalVariation,
  wasserstein,
} from "../../src/statistics/drift/distances.ts";
import { exactDiscrepancyP, meanDiscrepancy } from "../../src/statistics/drift/mean-discrepancy.ts";
import { kolmogorovSmirnov, rocArea } from "../../src/statistics/drift/two-samples.ts";
import { clopperPearson, newcombe, wilson } from "../../src/statistics/interval.ts";
import { predictionPoweredMean, roganGladen } from "../../src/statistics/judge-correction.ts";
import { clusteredStandardError, meanStandardError } from "../../src/statistics/mean.ts";
import { benjaminiHochberg, holm } from "../../src/statistics/multiplicity.ts";
import { mcnemar, pairedDifference, signFlip } from "../../src/statistics/paired.ts";
import {
  detectableDifference,
  detectablePairedDifference,
  itemsToDetect,
  mcnemarItems,
  zSum,
} from "../../src/statistics/power.ts";
import { kendall, pearson, spearman } from "../../src/statistics/rank.ts";

/** A draw of the standard normal distribution, by Box and Muller. */
const normalDraw = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

// oxlint-disable typescript/no-explicit-any -- the file of vectors has a shape per group
const FILE = new URL("../../../shared/data/eval/vectors.json", import.meta.url);
const present = existsSync(FILE);

describe.skipIf(!present)(`the reference vectors${present ? "" : " (skipped: ../shared is absent)"}`, () => {
  const v = present ? (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, any>) : {};
  const near = (value: number | null | undefined, wanted: number, digits = 10): void => {
    expect(value).toBeTypeOf("number");
    expect(Math.abs(value! - wanted)).toBeLessThanOrEqual(10 ** -digits * Math.max(1, Math.abs(wanted)));
  };

  test("intervals of one proportion: Wilson and Clopper-Pearson", () => {
    for (const row of v["wilson95"]) {
      const interval = wilson(row.k, row.n);
      near(interval.low, row.lo, 9);
      near(interval.high, row.hi, 9);
      const exact = clopperPearson(row.k, row.n);
      near(exact.low, row.cp[0], 9);
      near(exact.high, row.cp[1], 9);
    }
    near(clopperPearson(0, v["rule_of_three"].n, 0.9).high, v["rule_of_three"].exact_upper95_one_sided, 9);
  });

  test("standard errors of a mean, clustered by Miller and by Inspect", () => {
    const { x, cluster, se_clt, se_cluster_miller, se_cluster_inspect, t_crit_df3 } = v["mean_se"];
    near(meanStandardError(x), se_clt);
    near(clusteredStandardError(x, cluster, false), se_cluster_miller);
    near(clusteredStandardError(x, cluster), se_cluster_inspect);
    near(studentQuantile(0.975, 3), t_crit_df3, 9);
  });

  test("paired difference, its correlation and the sign-flip test", () => {
    const { A, B, diff, se_paired, se_unpaired, corr, signflip_exact_p } = v["paired"];
    const found = pairedDifference(A, B);
    near(found.difference, diff);
    near(found.standardError, se_paired);
    near(found.unpairedStandardError, se_unpaired);
    near(found.correlation, corr);
    const differences = A.map((value: number, i: number) => value - B[i]);
    near(signFlip(differences, seededRandom(1)), signflip_exact_p);
  });

  test("McNemar's four tests", () => {
    for (const row of v["mcnemar"]) {
      const found = mcnemar(row.b, row.c);
      near(found.exactP, row.exact_p, 9);
      near(found.midP, row.mid_p, 9);
      near(found.chiSquare, row.chi2);
      near(found.chiSquareP, row.chi2_p, 9);
      near(found.correctedChiSquare, row.chi2_cc);
      near(found.correctedP, row.chi2_cc_p, 9);
    }
  });

  test("kappas", () => {
    const pairs = (v["cohen_kappa"].table as number[][]).flatMap((row, i) =>
      row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])),
    );
    near(cohenKappa(pairs).value, v["cohen_kappa"].kappa);
    const { a, b, unweighted, linear, quadratic } = v["weighted_kappa"];
    const items = a.map((label: number, i: number) => [label, b[i]]);
    near(cohenKappa(items).value, unweighted);
    near(cohenKappa(items, "linear").value, linear);
    near(cohenKappa(items, "quadratic").value, quadratic);
    const rows = (v["fleiss"].table as number[][]).map((row) =>
      row.flatMap((count, k) => Array.from({ length: count }, () => k)),
    );
    near(fleissKappa(rows).value, v["fleiss"].kappa);
  });

  test("Krippendorff's alpha on four levels", () => {
    for (const name of ["wikipedia", "krippendorff2011"]) {
      const group = v["krippendorff"][name];
      const items = group.data[0].map((_: unknown, i: number) => group.data.map((row: (number | null)[]) => row[i]));
      for (const level of ["nominal", "ordinal", "interval"] as Level[]) {
        near(krippendorffAlpha(items, level).value, group[level]);
      }
    }
    for (const { units, level, alpha } of v["krippendorff"].inspect_cases) {
      near(krippendorffAlpha(units, level).value, alpha);
    }
  });

  test("rank correlations with ties", () => {
    const { x, y, spearman: rho, spearman_p, kendall_tau_b, kendall_p, pearson: r } = v["rank_corr"];
    near(spearman(x, y).value, rho);
    near(spearman(x, y).p, spearman_p, 9);
    near(kendall(x, y).value, kendall_tau_b);
    near(kendall(x, y).p, kendall_p, 9);
    near(pearson(x, y).value, r);
  });

  test("prediction-powered mean with a given, a tuned and no weight", () => {
    const { Y, Yhat, Yhat_unlab, lam1, tuned, classic } = v["ppi"];
    const input = { labels: Y, judged: Yhat, unlabelled: Yhat_unlab };
    for (const [lambda, wanted] of [
      [1, lam1],
      [undefined, tuned],
      [0, classic],
    ] as const) {
      const found = predictionPoweredMean(input, lambda);
      near(found.lambda, wanted.lam);
      near(found.estimate, wanted.theta);
      near(found.standardError, wanted.se);
      near(found.interval.low, wanted.lo, 9);
      near(found.interval.high, wanted.hi, 9);
    }
  });

  test("Rogan-Gladen with the interval of Lee et al.", () => {
    for (const { p, q0, q1, n, m0, m1, theta, lo, hi } of v["rogan_gladen_lee"]) {
      const found = roganGladen(p, n, { specificity: q0, sensitivity: q1, negatives: m0, positives: m1 })!;
      near(found.estimate, theta);
      near(found.interval.low, lo, 9);
      near(found.interval.high, hi, 9);
    }
  });

  test("maximum mean discrepancy and its exact p over all relabellings", () => {
    const { X, Y, gamma, mmd2_u, mmd2_b, exact_perm_p, n_perms } = v["mmd"];
    const found = meanDiscrepancy(X, Y, { gamma });
    near(found.unbiased, mmd2_u);
    near(found.biased, mmd2_b);
    const exact = exactDiscrepancyP(X, Y, gamma);
    expect(exact.relabellings).toBe(n_perms);
    near(exact.p, exact_perm_p);
    const drawn = meanDiscrepancy(X, Y, { gamma, permutations: 2_000, random: seededRandom(7) });
    expect(Math.abs(drawn.p! - exact_perm_p)).toBeLessThan(0.01);
  });

  test("distances of distributions and of samples", () => {
    const { ref, cur, psi, psi_zero, js_distance_natural, js_distance_base2, tvd, kl_cur_ref } = v["discrete"];
    near(populationStability(ref, cur), psi);
    near(populationStability(psi_zero.ref, psi_zero.cur, psi_zero.eps), psi_zero.psi);
    near(jensenShannon(ref, cur), js_distance_natural);
    near(jensenShannon(ref, cur, 2), js_distance_base2);
    near(hellinger(ref, cur), v["discrete"].hellinger);
    near(totalVariation(ref, cur), tvd);
    near(kullbackLeibler(cur, ref), kl_cur_ref);
    const line = v["energy_1d"];
    near(wasserstein({ values: line.x }, { values: line.y }), line.wasserstein);
    near(energyDistance({ values: line.x }, { values: line.y }), line.energy_distance_scipy);
    const w = v["wasserstein_weighted"];
    near(wasserstein({ values: w.u }, { values: w.v }), w.w1);
    near(wasserstein({ values: w.u2, weights: w.uw }, { values: w.v2, weights: w.vw }), w.w1b);
  });

  test("two samples: Kolmogorov-Smirnov and the area under the curve, both exact", () => {
    const { a, b, D, p_exact } = v["ks"];
    const found = kolmogorovSmirnov(a, b);
    near(found.statistic, D);
    near(found.p, p_exact, 9);
    const { neg, pos, auc, mwu_p_exact } = v["auc_c2st"];
    near(rocArea(neg, pos).area, auc);
    near(rocArea(neg, pos).p, mwu_p_exact, 9);
  });

  test("two proportions: chi-square, Yates, Fisher, Newcombe", () => {
    const { table, chi2, p, p_yates, fisher, newcombe_diff } = v["two_prop"];
    near(chiSquareTest(table).statistic, chi2);
    near(chiSquareTest(table).p, p, 9);
    near(chiSquareTest(table, true).p, p_yates, 9);
    near(fisherExact(table), fisher, 9);
    const interval = newcombe({ successes: 80, n: 100 }, { successes: 60, n: 100 });
    near(interval.low, newcombe_diff[0], 9);
    near(interval.high, newcombe_diff[1], 9);
  });

  test("detectable differences and sample sizes", () => {
    near(zSum(), v["mde"].z_sum, 9);
    for (const [key, wanted] of Object.entries<number>(v["mde"].paired_p80_rho)) {
      const [, n, rho] = /^n=(\d+),rho=([\d.]+)$/.exec(key)!;
      near(detectablePairedDifference(Number(n), { p: 0.8, correlation: Number(rho) }), wanted, 9);
    }
    for (const [n, wanted] of Object.entries<number>(v["mde"].two_sample_p5)) {
      near(detectableDifference(Math.sqrt((2 * 0.25) / Number(n))), wanted, 9);
    }
    for (const [n, wanted] of Object.entries<number>(v["mde"].one_sample_halfwidth95_p5)) {
      near(Z95 * Math.sqrt(0.25 / Number(n)), wanted, 9);
    }
    near(itemsToDetect(0.03, 1 / 9), v["mde"].miller_n_for_3pp_omega2_1_9, 9);
    near(mcnemarItems(0.1, 0.03), v["mde"].mcnemar_n_pd10_delta3, 9);
    near(mcnemarItems(0.2, 0.05), v["mde"].mcnemar_n_pd20_delta5, 9);
  });

  test("adjusted p values", () => {
    const { p, bh, holm: wanted } = v["multiple"];
    benjaminiHochberg(p).forEach((value, i) => near(value, bh[i]));
    holm(p).forEach((value, i) => near(value, wanted[i]));
  });

  test("the anytime bound, batch by batch, and its first alarm", () => {
    const { R, se, tau, delta, target_batch, L, first_alarm } = v["anytime_cs"];
    const batches = R.map((rate: number, i: number) => ({ rate, standardError: se[i] }));
    const bound = anytimeLowerBound(batches, { target: target_batch, delta });
    bound.forEach((value, i) => near(value, L[i], 9));
    expect(bound.findIndex((value) => value > tau) + 1).toBe(first_alarm);
  });

  test("52 looks: a test of 5 % each alarms in most years, the anytime bound in less than 5 %, and 12 to 16 % is found", () => {
    const { alpha, k, p_any, sim_52_batches_fpr, "median_detect_batch_from_.12_to_.16": median } = v["peeking"];
    k.forEach((looks: number, i: number) => near(1 - (1 - alpha) ** looks, p_any[i]));
    const [random, se, years] = [seededRandom(21), 0.015, 2_000];
    const year = (rate: number): Batch[] =>
      Array.from({ length: 52 }, () => ({ rate: rate + se * normalDraw(random), standardError: se }));
    const firstAlarm = (batches: readonly Batch[]): number =>
      anytimeLowerBound(batches, { target: 52, delta: alpha }).findIndex((value) => value > 0.12) + 1;
    const steady = Array.from({ length: years }, () => year(0.12));
    const naive = steady.filter((batches) => batches.some(({ rate }) => rate > 0.12 + 1.6448536 * se)).length / years;
    expect(Math.abs(naive - sim_52_batches_fpr.naive)).toBeLessThan(0.02);
    const anytime = steady.filter((batches) => firstAlarm(batches) > 0).length / years;
    expect(Math.abs(anytime - sim_52_batches_fpr.anytime)).toBeLessThan(0.01);
    const found = Array.from({ length: 500 }, () => firstAlarm(year(0.16))).toSorted((a, b) => a - b);
    expect(found[250]).toBe(median);
  });

  test("hashes of lm-evaluation-harness: its JSON of a document, and of a sample's three hashes", () => {
    const { doc, doc_hash, prompt, prompt_hash, target, target_hash, task_hash_one_sample } = v["lm_eval_hash"];
    const hashes = [JSON.stringify(doc, null, 2), prompt, target].map((text) => sha256(text));
    expect(hashes).toEqual([doc_hash, prompt_hash, target_hash]);
    expect(sha256(hashes.join(""))).toBe(task_hash_one_sample);
  });

  test("hashes of items: canonical JSON is that of RFC 8785", () => {
    const { items, item_hash, set_hash } = v["frozen_set_proposed"];
    const hashes = items.map((item: unknown) => sha256(canonicalJson(item)));
    expect(hashes).toEqual(item_hash);
    const lines = items.map(({ id }: { id: string }, i: number) => `${id} ${hashes[i]}`);
    expect(sha256(lines.toSorted().join("\n"))).toBe(set_hash);
  });
});
