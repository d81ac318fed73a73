/**
 * The library: the main functions of every module, over plain data; the command line is built on the same ones.
 * Schemas and types share their names: `Programme.parse(value)` checks, `Programme` is what it returns.
 * Importing it loads no data engine, chart library or tokenizer: what needs one loads it when called.
 */
export { FAILURES, Failure, type FailureKind } from "./base/failure.ts";
export { formatMoney, parseMoney, splitMoney, timesQuantity } from "./base/money.ts";

export { Assumption, AssumptionOverride } from "./domain/assumption.ts";
export { Budget, BudgetLine } from "./domain/budget.ts";
export { CostCategory, CostLine, ProgrammeCost, Reconciliation } from "./domain/cost.ts";
export { DatasetProfile } from "./domain/dataset-profile.ts";
export { Estimate, isRefusal, Quantity, Refusal } from "./domain/estimate.ts";
export { Figure } from "./domain/figure.ts";
export { FleetSearch } from "./domain/fleet-search.ts";
export { Gpu } from "./domain/gpu.ts";
export { LoadTestRequest } from "./domain/loadtest-request.ts";
export { LoadTestResult } from "./domain/loadtest-result.ts";
export { LatencySlo, LoadTestSpec } from "./domain/loadtest-spec.ts";
export { MemoryPlan } from "./domain/memory-plan.ts";
export { MethodId } from "./domain/method.ts";
export { ModelShape } from "./domain/model-shape.ts";
export { ApiPrice, GpuPrice, RentalTerm, SellerClass, Term } from "./domain/price.ts";
export { Programme, type ProgrammeInput } from "./domain/programme.ts";
export { RunSpec, TrainVolume } from "./domain/run-spec.ts";
export { ServePlan } from "./domain/serve-plan.ts";
export { ServeSpec } from "./domain/serve-spec.ts";
export { Day, Money, PositiveMoney, Source } from "./domain/source.ts";
export { AiActDelta, FleetOption, MethodChoice, Payback, Study } from "./domain/study.ts";

export { allApiPrices, findApiPrice } from "./catalog/api-prices.ts";
export { allAssumptions, assumptionsWith } from "./catalog/assumptions.ts";
export { allGpus, findGpu } from "./catalog/gpus.ts";
export { shapeFromConfig } from "./catalog/model-config.ts";
export { allModels, findModel } from "./catalog/models.ts";
export { resolveModel } from "./catalog/resolve-model.ts";
export { allPrices, gpuHourPrice, pricesOn } from "./catalog/prices.ts";

export { approveBudget, isBudgetIntact } from "./plan/budget/budget.ts";
export type { CostRequest, ServingFacts, TrainingFacts } from "./plan/cost/cost-facts.ts";
export { explainFigure } from "./plan/cost/explain.ts";
export type { FleetRequest } from "./plan/fleet/fleet-request.ts";
export { searchEveryFleet } from "./plan/fleet/search-every-fleet.ts";
export { spotFacts } from "./plan/fleet/spot.ts";
export { trainMemory } from "./plan/memory/memory.ts";
export { chooseMethod } from "./plan/method/method.ts";
export { payback } from "./plan/payback/payback.ts";
export { programmeCost } from "./plan/cost/programme-cost.ts";
export { reconcile } from "./plan/reconcile/reconcile.ts";
export { runCost, usdPerMillionTokens } from "./plan/run/run-cost.ts";
export { runTime } from "./plan/speed/run-time.ts";
export { planServe, type ServeRequest } from "./plan/serve-plan/plan-serve.ts";
export { calibrateServing } from "./plan/serve-check/calibrate-serving.ts";
export { servePoint } from "./plan/serve/serve-point.ts";
export { servingFacts } from "./plan/serving/serving-facts.ts";
export { trainThroughput } from "./plan/speed/throughput.ts";

export { runLoadTest, type LoadTestOptions } from "./loadtest/run-loadtest.ts";

export { profileDataset } from "./curate/profile/profile.ts";

export { aiActDelta } from "./comply/ai-act.ts";

export { feasibility } from "./programme/study/feasibility.ts";
export { programmeCosts } from "./programme/cost/programme-costs.ts";
export { readProgramme, type LoadedProgramme } from "./programme/reading/read-programme.ts";
export { trainingEstimate } from "./programme/training-plan/training-estimate.ts";
export { writeStudy } from "./programme/study/write-study.ts";
