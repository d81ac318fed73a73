import { seededRandom } from "../../src/base/random.ts";

/** Shape of traffic that is made up. */
export type MadeUp = {
  /** First day, a Monday. */
  from: string;
  weeks: number;
  perWeek: number;
  /** Week from which more answers refuse, and how many there; none: nothing changes. */
  refusals?: { week: number; share: number };
  seed?: number;
};

const ASKED = [
  "How do I reset my password?",
  "Where is my order?",
  "I want a refund for a broken lamp",
  "Please change the delivery address of my order",
  "Can you cancel my subscription, please?",
  "The app closes when I open the camera",
  "What are your opening hours on Sundays?",
];

/** Requests to a support assistant as lines of JSON, the same for the same shape: 5 % of the answers refuse. */
export function madeUpTraffic({ from, weeks, perWeek, refusals, seed = 1 }: MadeUp): string {
  const random = seededRandom(seed);
  const start = Date.parse(`${from}T00:00:00Z`);
  const lines: string[] = [];
  for (let week = 0; week < weeks; week++) {
    for (let k = 0; k < perWeek; k++) {
      const share = refusals !== undefined && week >= refusals.week ? refusals.share : 0.05;
      const isRefusal = random() < share;
      lines.push(
        JSON.stringify({
          id: `r${week}-${k}`,
          time: new Date(start + (week + (k + random()) / perWeek) * 7 * 86_400_000).toISOString(),
          user: `user-${Math.floor(random() * perWeek)}`,
          model: "support-1",
          messages: [{ role: "user", content: ASKED[Math.floor(random() * ASKED.length)]! }],
          answer: isRefusal
            ? "I'm sorry, but I cannot assist with that request."
            : `Certainly. ${"Open the settings and follow the steps there. ".repeat(1 + Math.floor(random() * 4))}`,
          latency_ms: Math.round(400 * Math.exp(random() - 0.5)),
          cost_usd: 0.0004 + random() * 0.0002,
          feedback: random() < 0.2 ? "down" : "up",
        }),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
