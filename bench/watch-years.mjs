/**
 * Simulated years of monitored rates: eight series, a reference of some batches and 52 weekly batches, in worlds that
 * differ in what makes batches scatter. Rows are drawn, not batches, so that standard errors are estimated as they are on
 * real traffic.
 */

export const SERIES = 8;
export const LOOKS = 52;
/** A rate of 12 % has a standard error of 1.5 points over so many independent rows. */
export const ROWS = 470;
export const RATE = 0.12;

/** @param random uniform @param n rows @param p rate */
export function binomial(random, n, p) {
  if (n * p * (1 - p) < 9) {
    let hits = 0;
    for (let i = 0; i < n; i++) if (random() < p) hits++;
    return hits;
  }
  // The normal quantile with a continuity correction and its skewness (Cornish-Fisher): a draw costs one normal.
  const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sd = Math.sqrt(n * p * (1 - p));
  const skewed = z + ((1 - 2 * p) / sd) * ((z * z - 1) / 6);
  return Math.min(n, Math.max(0, Math.round(n * p + sd * skewed)));
}

export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function batchOfCounts(index, rows, hits) {
  const mean = hits / rows;
  return { index, rows, mean, standardError: Math.sqrt((mean * (1 - mean)) / (rows - 1)) };
}

/** Rows of nobody's: each independent. */
function independent(random, rateOf, { batches }) {
  return Array.from({ length: batches }, (_, t) => batchOfCounts(t, ROWS, binomial(random, ROWS, rateOf(t))));
}

/** 118 users with 10 rows each and rates of their own (intraclass correlation 0.17): the same standard error of 1.5 points. */
const USERS = 118;
const ROWS_OF_USER = 10;
const INTRACLASS = 0.17;

/** Cumulative chances of each number of hits among the rows of a user. @param p rate of the user */
function hitChances(p) {
  let chance = (1 - p) ** ROWS_OF_USER;
  let sum = 0;
  return Array.from({ length: ROWS_OF_USER + 1 }, (_, hits) => {
    sum += chance;
    chance *= ((ROWS_OF_USER - hits) / (hits + 1)) * (p / (1 - p));
    return sum;
  });
}

function clustered(random, rateOf, { batches }) {
  const known = new Map();
  const kindsOf = (rate) => {
    if (!known.has(rate)) {
      // Two kinds of user, their rates so spread that rows of one user correlate by 0.17.
      const spread = Math.sqrt(INTRACLASS * rate * (1 - rate));
      known.set(rate, [hitChances(rate + 2.38 * spread), hitChances(rate - 0.42 * spread)]);
    }
    return known.get(rate);
  };
  return Array.from({ length: batches }, (_, t) => {
    const [often, seldom] = kindsOf(rateOf(t));
    let [total, squares] = [0, 0];
    for (let user = 0; user < USERS; user++) {
      const chances = random() < 0.15 ? often : seldom;
      const draw = random();
      let hits = 0;
      while (hits < ROWS_OF_USER && draw >= chances[hits]) hits++;
      total += hits;
      squares += hits * hits;
    }
    const rows = USERS * ROWS_OF_USER;
    const mean = total / rows;
    const sum = squares - USERS * (ROWS_OF_USER * mean) ** 2; // sum over users of (hits - 10 mean)²
    return { index: t, rows, mean, standardError: Math.sqrt((sum / rows ** 2) * (USERS / (USERS - 1))) };
  });
}

/** Rates by weekday, and weeks whose traffic is spread unevenly over them: holidays, a campaign on Monday. */
const WEEKDAY_RATES = [0.05, 0.07, 0.09, 0.11, 0.13, 0.18, 0.21];

function weekdays(random, rateOf, { batches, mixFactor, referenceBatches }) {
  const week = (t) => {
    const rows = WEEKDAY_RATES.map(() => 67);
    const [quiet, busy] = [Math.floor(random() * 7), Math.floor(random() * 7)];
    rows[quiet] -= 40;
    rows[busy] += 40;
    const shift = rateOf(t) - RATE;
    return rows.map((n, day) => ({ n, hits: binomial(random, n, WEEKDAY_RATES[day] + shift) }));
  };
  const weeks = Array.from({ length: batches }, (_, t) => week(t));
  const reference = weeks.slice(0, referenceBatches);
  const expected = WEEKDAY_RATES.map((_, day) => {
    const rows = reference.reduce((sum, cells) => sum + cells[day].n, 0);
    return reference.reduce((sum, cells) => sum + cells[day].hits, 0) / rows;
  });
  const shares = (list) => {
    const total = list.reduce((sum, cells) => sum + cells.reduce((all, { n }) => all + n, 0), 0);
    return new Map(WEEKDAY_RATES.map((_, day) => [day, list.reduce((sum, cells) => sum + cells[day].n, 0) / total]));
  };
  const ofReference = shares(reference);
  return weeks.map((cells, t) => {
    const rows = cells.reduce((sum, { n }) => sum + n, 0);
    const mean = cells.reduce((sum, { n, hits }, day) => sum + hits - n * expected[day], 0) / rows;
    const squares = cells.reduce((sum, { n, hits }, day) => {
      const [one, zero] = [1 - expected[day] - mean, -expected[day] - mean];
      return sum + hits * one * one + (n - hits) * zero * zero;
    }, 0);
    return {
      batch: { index: t, rows, mean, standardError: Math.sqrt(squares / rows / (rows - 1)) },
      mixFactor: mixFactor(shares([cells]), ofReference),
    };
  });
}

/** Batches whose errors follow an autoregressive process: users who stay from week to week. Standard error 1.5 points. */
function autocorrelated(correlation) {
  return (random, rateOf, { batches }) => {
    const se = Math.sqrt((RATE * (1 - RATE)) / ROWS);
    let error = normal(random);
    return Array.from({ length: batches }, (_, t) => {
      const mean = rateOf(t) + se * error;
      error = correlation * error + Math.sqrt(1 - correlation ** 2) * normal(random);
      // The standard error as it is estimated, from the rows: a chi-square of as many degrees of freedom.
      const estimated = se * Math.sqrt(Math.max(0.2, 1 + normal(random) * Math.sqrt(2 / ROWS)));
      return { index: t, rows: ROWS, mean, standardError: estimated };
    });
  };
}

/** Every batch has a rate of its own around the true one, as large as the error of its rows: variance twice what rows say. */
function overdispersed(random, rateOf, { batches }) {
  const sd = Math.sqrt((RATE * (1 - RATE)) / ROWS);
  return independent(random, (t) => Math.max(0.01, rateOf(t) + sd * normal(random)), { batches });
}

export const WORLDS = {
  "independent batches": independent,
  "clustered users": clustered,
  "weekday cycle": weekdays,
  "autocorrelation 0.3": autocorrelated(0.3),
  "batches scatter twice as much": overdispersed,
};

/**
 * One year: eight series as `monitorSeries` takes them.
 *
 * @param rise   batch from which the first series is higher, and by how much; none: nothing changes
 * @param looks  batches that are watched; default: those of the year
 */
export function simulateYear(world, { random, referenceBatches, rise, mixFactor, looks = LOOKS }) {
  return Array.from({ length: SERIES }, (_, k) => {
    const rateOf = (t) =>
      k === 0 && rise !== undefined && t >= referenceBatches + rise.batch ? RATE + rise.points / 100 : RATE;
    const drawn = WORLDS[world](random, rateOf, { batches: referenceBatches + looks, mixFactor, referenceBatches });
    const batches = drawn.map((each) => each.batch ?? each);
    const isWeekday = drawn[0].batch !== undefined;
    return {
      reference: batches.slice(0, referenceBatches),
      watched: batches.slice(referenceBatches),
      rowVariance: 0,
      ...(isWeekday ? { mixFactorOf: (t) => drawn[referenceBatches + t].mixFactor } : {}),
    };
  });
}

/**
 * False alarms and delays over simulated years.
 *
 * @param monitor  `monitorSeries`; `mixFactor` of the same library; `seeded` makes random numbers of a seed
 */
export function simulateYears(
  { monitor, mixFactor, seeded },
  { world, years, referenceBatches = 8, rise, looks, seed },
) {
  const random = seeded(seed);
  let alarmed = 0;
  const delays = [];
  for (let year = 0; year < years; year++) {
    const series = simulateYear(world, { random, referenceBatches, rise, mixFactor, looks });
    const found = monitor(series, { windows: [1, 2, 4, 8], looks: LOOKS, level: 0.05 });
    if (rise === undefined) {
      if (found.series.some(({ looks }) => looks.some(({ isAlarm }) => isAlarm))) alarmed++;
    } else {
      const first = found.series[0].looks.findIndex(({ isAlarm }, t) => isAlarm && t >= rise.batch);
      delays.push(first < 0 ? Number.POSITIVE_INFINITY : first - rise.batch + 1);
    }
  }
  delays.sort((a, b) => a - b);
  const quantile = (p) => delays[Math.min(delays.length - 1, Math.floor(delays.length * p))] ?? null;
  return rise === undefined
    ? { world, years, referenceBatches, falseAlarms: alarmed / years }
    : { world, years, referenceBatches, batch: rise.batch, median: quantile(0.5), p90: quantile(0.9) };
}
