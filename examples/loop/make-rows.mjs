// Messages of this example, made up from a seed: training rows, the held-out set, and the traffic of 13 weeks.

const QUEUES = {
  billing: ["I was charged twice for my {}", "The invoice for the {} shows the wrong amount", "Why did the price of my {} go up?"],
  delivery: ["My {} has not arrived", "The courier left the {} with a neighbour", "Where is my {}? It is late"],
  returns: ["I want to send the {} back", "How do I return a {}?", "The {} does not fit, please take it back"],
  repair: ["The {} stopped working", "My {} is broken after one week", "The {} makes a loud noise"],
  account: ["I cannot log in to order a {}", "Please delete my account, I only wanted a {}", "My password does not work and my {} is in the basket"],
  sales: ["Do you have the {} in blue?", "Is the {} in stock?", "Which {} do you advise for a family of four?"],
};
/** Asked from week 10 on: the first model never saw it. */
const SUBSCRIPTION = ["Pause my monthly box of {} parts until spring", "Skip the {} box this month, please", "I want two {} boxes a month from now on"];
const SEEN = ["kettle", "lamp", "radio", "chair", "toaster", "printer", "tent", "bicycle", "jacket", "drill", "mixer", "clock"];
const HELD_OUT = ["heater", "camera", "sofa", "blender", "scooter", "mower"];
const ASK = "Route this message to a queue. Message: ";

/** Random numbers from 0 to 1 of a seed (mulberry32). */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One message with its right answer; `queue` is its kind. */
function message(random, queue, items) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const text = pick(queue === "subscription" ? SUBSCRIPTION : QUEUES[queue]).replace("{}", pick(items));
  const end = pick(["", " Thanks.", " Please answer soon.", " I am not happy."]);
  return { queue, prompt: `${ASK}${text}${text.endsWith("?") ? "" : "."}${end}`, answer: `{"queue": "${queue}"}` };
}

export const trainingRows = (count, random = seeded(1)) =>
  Array.from({ length: count }, (_, k) => message(random, Object.keys(QUEUES)[k % 6], SEEN));

/** Held out: half of the old kinds, half of the new one, about things that no training row names. */
export const heldOut = (count, random = seeded(2)) =>
  Array.from({ length: count }, (_, k) =>
    message(random, k % 2 === 0 ? Object.keys(QUEUES)[(k / 2) % 6] : "subscription", HELD_OUT),
  );

/** Requests of some weeks; from `driftWeek` on every second one is of the new kind. */
export function traffic({ weeks, perWeek, driftWeek, startMs }, random = seeded(3)) {
  const weekMs = 7 * 86_400_000;
  return Array.from({ length: weeks * perWeek }, (_, k) => {
    const week = Math.floor(k / perWeek);
    const isNew = week >= driftWeek && random() < 0.5;
    const queue = isNew ? "subscription" : Object.keys(QUEUES)[Math.floor(random() * 6)];
    const time = new Date(startMs + week * weekMs + ((k % perWeek) + random()) * (weekMs / perWeek)).toISOString();
    return { id: `m${k}`, time, user: `customer-${Math.floor(random() * 500)}`, ...message(random, queue, SEEN) };
  });
}
