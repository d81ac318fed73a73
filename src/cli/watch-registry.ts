/** Commands for production traffic; part of the registry, in a separate file because of its size. */
export const WATCH_COMMANDS = [
  {
    path: ["watch", "init"],
    summary: "write a commented monitor to start from",
    load: () => import("./commands/watch-init.ts"),
  },
  {
    path: ["watch", "import"],
    summary: "import requests with their texts, redacted before storage",
    load: () => import("./commands/watch-import.ts"),
  },
  {
    path: ["watch", "compare"],
    summary: "compare two files of requests once: what changed, with intervals",
    load: () => import("./commands/watch-compare.ts"),
  },
  {
    path: ["watch", "check"],
    summary: "compare production traffic with its reference, and raise alarms",
    load: () => import("./commands/watch-check.ts"),
  },
  {
    path: ["watch", "judge"],
    summary: "ask a model which answers the prompt does not support, for a sample of requests",
    load: () => import("./commands/watch-judge.ts"),
  },
  {
    path: ["watch", "mark"],
    summary: "acknowledge an alarm, or mute it until a day, with a reason",
    load: () => import("./commands/watch-mark.ts"),
  },
  {
    path: ["watch", "queue"],
    summary: "collect hard cases into a dataset file for labelling, within a budget",
    load: () => import("./commands/watch-queue.ts"),
  },
  {
    path: ["watch", "plan"],
    summary: "plan the maintenance of a quarter: dated steps with cost ranges",
    load: () => import("./commands/watch-plan.ts"),
  },
  {
    path: ["watch", "migrate"],
    summary: "plan the move to another base model: differences, cost, evaluations to run first",
    load: () => import("./commands/watch-migrate.ts"),
  },
  {
    path: ["watch", "forget"],
    summary: "delete imported requests of a user, of an id, or before a day",
    load: () => import("./commands/watch-forget.ts"),
  },
];
