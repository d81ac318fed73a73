/**
 * `tunewright/statistics`: intervals, paired tests, rater agreement, judge correction, drift. Pure functions over
 * arrays; random numbers are passed in.
 */
export { type Random, seededRandom } from "../base/random.ts";
export { dawidSkene, type DawidSkene } from "./agreement/dawid-skene.ts";
export {
  percentAgreement,
  pooledPairAgreement,
  cohenKappa,
  scottPi,
  fleissKappa,
  bennettS,
  randolphKappa,
  gwet,
} from "./agreement/kappa.ts";
export { krippendorffAlpha, krippendorffInterval, type Level } from "./agreement/krippendorff.ts";
export {
  type Label,
  type ItemLabels,
  type Agreement,
  type CategoryCounts,
  type Weighting,
} from "./agreement/ratings.ts";
export { bootstrap, type BootstrapOptions } from "./bootstrap.ts";
export { chiSquareTest, fisherExact, type TestResult } from "./contingency.ts";
export {
  Z95,
  logGamma,
  betaCdf,
  betaQuantile,
  chiSquareTail,
  normalCdf,
  twoSidedNormal,
  twoSidedStudent,
  studentQuantile,
  binomialCdf,
  binomialPoint,
} from "./distributions.ts";
export { alarmThreshold, type Looking } from "./drift/alarm-threshold.ts";
export { anytimeLowerBound, type Batch } from "./drift/anytime-bound.ts";
export {
  batchMean,
  stratumMeans,
  stratumShares,
  mixFactor,
  type Observation,
  type StratumMeans,
} from "./drift/batch-mean.ts";
export { dispersion, type Dispersion } from "./drift/dispersion.ts";
export {
  populationStability,
  kullbackLeibler,
  jensenShannon,
  hellinger,
  totalVariation,
  wasserstein,
  energyDistance,
  type Sample,
} from "./drift/distances.ts";
export {
  meanDiscrepancy,
  exactDiscrepancyP,
  medianGamma,
  type Points,
  type MeanDiscrepancy,
} from "./drift/mean-discrepancy.ts";
export { meanDistances, type PointBatch } from "./drift/mean-distance.ts";
export { kolmogorovSmirnov, rocArea } from "./drift/two-samples.ts";
export { windowContrast, type Contrast, type SeriesBatch, type Weighted } from "./drift/window-contrast.ts";
export {
  monitorSeries,
  DETECTABLE_AFTER,
  FEWEST_REFERENCE_BATCHES,
  type Look,
  type MonitorOptions,
  type Monitored,
  type MonitoredSeries,
  type WatchedSeries,
} from "./drift/window-monitor.ts";
export { goOnCount } from "./halving.ts";
export { wilson, clopperPearson, newcombe, around, type Interval, type Proportion } from "./interval.ts";
export {
  predictionPoweredMean,
  roganGladen,
  type Estimate,
  type PredictionPoweredInput,
  type JudgeAccuracy,
} from "./judge-correction.ts";
export {
  mean,
  variance,
  covariance,
  meanStandardError,
  clusteredStandardError,
  clusteredWilson,
  effectiveCount,
  meanInterval,
  sharedValueInterval,
} from "./mean.ts";
export { holm, benjaminiHochberg } from "./multiplicity.ts";
export { pairedDifference, signFlip, mcnemar, type PairedDifference, type McNemar } from "./paired.ts";
export { nonInferiorityItems, pairedScore, pairedScoreInterval, type DiscordantPairs } from "./paired-proportions.ts";
export {
  zSum,
  detectableDifference,
  detectablePairedDifference,
  itemsToDetect,
  mcnemarItems,
  type TestErrors,
} from "./power.ts";
export { pearson, spearman, kendall, midRanks, type Correlation } from "./rank.ts";
