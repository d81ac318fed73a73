import type { Clock } from "../base/clock.ts";
import type { Context } from "../base/context.ts";
import type { GpuPrice } from "../domain/price.ts";
import type { MailSetting } from "../programme/money/budget-alerts.ts";
import type { Store } from "../store/open-store.ts";
import type { ArtifactFiles } from "../track/artifact-files.ts";
import type { PollActivity } from "../track/poll-activity.ts";
import type { Access } from "./access/access.ts";
import type { Redactor } from "./redacting/redactor.ts";
import type { RunEvents } from "./run-events.ts";

/** Context of routes. */
export type ServerContext = {
  store: Store;
  artifacts: ArtifactFiles;
  polls: PollActivity;
  events: RunEvents;
  /** Removes personal data from traces. */
  redactor: Redactor;
  now: Clock;
  /** Environment of this process: tokens of trackers, keys of schedulers, the Python of trainers. */
  env: Context["env"];
  /** Sender of a request, and whether an account is required. */
  access: Access;
  /** Names of the programmes served; an experiment without one belongs to the first. */
  programmes: readonly string[];
  /** Price book of a programme: the catalogue, and the rows of its own `prices.csv`. */
  pricesOf: (programme: string) => readonly GpuPrice[];
  /** Settings for sending alerts by mail. */
  mail: MailSetting;
  /** Folders of the programmes, in the same order; empty if runs cannot be started from here. */
  programmeDirs: readonly string[];
  /** Random name of this process, also stored in its lease. */
  instance: string;
  version: string;
  /** Additional host names in requests. */
  hosts: readonly string[];
  /** Aborted when the server stops, for work that takes long; default: never. */
  ending?: AbortSignal;
  /** Destination of bug reports. */
  log: (line: string) => void;
};
