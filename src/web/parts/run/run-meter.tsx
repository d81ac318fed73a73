import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import type { RunMoney } from "../../../domain/money.ts";
import { getJson } from "../../api.ts";
import { ShareBar } from "../share-bar.tsx";
import type { TileFacts } from "../tiles.tsx";
import { shownDuration, shownUsd } from "../words.ts";

/** Polling interval of the cost while a run is active, ms. */
const REFRESH_MS = 10_000;

const HOUR_MS = 3_600_000;

/** Cost of a run, refreshed while the page is open. */
export function useRunMoney(runId: string): { data: RunMoney | undefined; isError: boolean } {
  return useQuery({
    queryKey: ["run", runId, "cost"],
    queryFn: async () => getJson<RunMoney>(`/runs/${runId}/cost`),
    refetchInterval: ({ state }) => (state.data?.cost.state === "alive" ? REFRESH_MS : 60_000),
  });
}

/** Figures of the cost of a run, updated every second while it is alive, and the cap of its tightest budget. */
export function useMeterTiles(runId: string): TileFacts[] {
  const { data } = useRunMoney(runId);
  const sinceMs = useTicks(data?.cost.state === "alive" ? data.asOf : undefined);
  if (data === undefined) return [];
  const { cost, budgets, billedUsd, secondsLeft } = data;
  const running = cost.usdPerHour === null ? 0 : (Number(cost.usdPerHour) * sinceMs) / HOUR_MS;
  const usd = cost.usd === null ? null : Number(cost.usd) + running;
  const tightest = budgets[0];
  return [
    { term: "Cost", value: usd === null ? "unknown" : `${shownUsd(String(usd))} USD`, detail: costBasis(cost) },
    ...(cost.suspenseUsd === null
      ? []
      : [{ term: "In suspense", value: shownUsd(cost.suspenseUsd), detail: "if its machines still run" }]),
    ...(tightest === undefined
      ? []
      : [
          {
            term: `Cap: ${tightest.budget}`,
            value: <Cap budget={tightest} running={running} />,
            detail: `${shownUsd(tightest.leftUsd)} of ${shownUsd(tightest.capUsd)} USD left${
              secondsLeft === null ? "" : `, ${shownDuration(secondsLeft)} at this price`
            }`,
          },
        ]),
    ...(billedUsd === null
      ? []
      : [{ term: "Billed", value: shownUsd(billedUsd), detail: "EffectiveCost of its bill lines" }]),
  ];
}

/** Parts of the cost, or the reason why it is unknown. */
function costBasis({ reason, usdPerHour, enteredUsd, state }: RunMoney["cost"]): string {
  if (reason !== null) return reason;
  return [
    usdPerHour === null ? [] : `${shownUsd(usdPerHour)} USD per hour`,
    enteredUsd === null ? [] : `${shownUsd(enteredUsd)} USD of it by tokens`,
    state,
  ]
    .flat()
    .join(", ");
}

function Cap({ budget, running }: { budget: RunMoney["budgets"][number]; running: number }): ReactNode {
  const cap = Number(budget.capUsd);
  const used = cap - Number(budget.leftUsd) + running;
  return <ShareBar share={cap === 0 ? null : used / cap} label={`of the cap of ${budget.budget} used`} />;
}

/** Milliseconds since a time, updated each second; 0 if there is none. */
function useTicks(since: string | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (since === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? 0 : Math.max(0, now - Date.parse(since));
}
