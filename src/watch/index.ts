/**
 * `tunewright/watch`: signals of production traffic by batch, alarms with their evidence, comparisons of two samples, the
 * choice of hard cases. Pure functions over requests that are already redacted.
 */
export { WatchFile } from "../domain/watch-file.ts";
export { WatchedRequest } from "../domain/watch-import.ts";
export { buildSeries, type SeriesInput, type SignalSeries } from "./build-series.ts";
export { checkSignals, type SeenSignals } from "./check-signals.ts";
export { chooseHardCases, type ChosenCases, type HardCase } from "./choose-hard-cases.ts";
export { compareSamples, type CompareOptions } from "./compare-samples.ts";
export { findAlarms, type FoundAlarm } from "./find-alarms.ts";
export { hashedVector, vectorOf, vectorText } from "./hashed-vector.ts";
export { SIGNALS, type SignalContext, type SignalFacts } from "./signals.ts";
