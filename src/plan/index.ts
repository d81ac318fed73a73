/**
 * `tunewright/plan`: memory, speed, fleets, methods, costs, budgets, serving and payback as pure functions. Models,
 * GPUs and prices are arguments: take them from `tunewright` (`findModel`, `findGpu`, `pricesOn`) or pass your own.
 */
export { approveBudget, isBudgetIntact } from "./budget/budget.ts";
export type { CostRequest, ServingFacts, TrainingFacts } from "./cost/cost-facts.ts";
export { explainFigure } from "./cost/explain.ts";
export { programmeCost } from "./cost/programme-cost.ts";
export type { FleetRequest } from "./fleet/fleet-request.ts";
export { searchEveryFleet } from "./fleet/search-every-fleet.ts";
export { spotFacts } from "./fleet/spot.ts";
export { trainMemory } from "./memory/memory.ts";
export { chooseMethod } from "./method/method.ts";
export { payback } from "./payback/payback.ts";
export { reconcile } from "./reconcile/reconcile.ts";
export { runCost, usdPerMillionTokens } from "./run/run-cost.ts";
export { calibrateServing } from "./serve-check/calibrate-serving.ts";
export { planServe, type ServeRequest } from "./serve-plan/plan-serve.ts";
export { servePoint } from "./serve/serve-point.ts";
export { servingFacts } from "./serving/serving-facts.ts";
export { runTime } from "./speed/run-time.ts";
export { trainThroughput } from "./speed/throughput.ts";
