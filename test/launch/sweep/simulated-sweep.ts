import type { SweepFile } from "../../../src/domain/sweep.ts";
import { SweepFile as SweepFileSchema } from "../../../src/domain/sweep.ts";
import { TrainingFile } from "../../../src/domain/training-job.ts";
import type { Engine, LoggedValue } from "../../../src/launch/engines/engine.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { trl } from "../../../src/launch/engines/trl/trl.ts";
import { advanceSweeps } from "../../../src/programme/sweep/advance-sweep.ts";
import { planSweep } from "../../../src/programme/sweep/plan-sweep.ts";
import { insertSweep } from "../../../src/programme/sweep/start-sweep.ts";
import { findSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import { notePass } from "../../../src/programme/training/job-sight.ts";
import { specOf } from "../../../src/programme/training/job-rows.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import type { Supervisor } from "../../../src/programme/training/supervise.ts";
import type { Store } from "../../../src/store/open-store.ts";

/** Loss of a run at a step: a made-up curve of its learning rate. */
export function lossAt(learningRate: number, step: number): number {
  return Math.abs(Math.log10(learningRate) + 4) + 1 / step;
}

/** Prices of simulated runs: none but their own. */
export const PRICING = { programmes: ["p"], pricesOf: () => [], now: () => new Date() };

/** A run of 27 steps, an hour of whose machine costs 3.60 USD: a thousandth of a dollar a second. */
export const BASE = TrainingFile.parse({
  version: 1,
  name: "base",
  model: "model",
  dataset: "frozen",
  maxSteps: 27,
  saveSteps: 3,
  learningRate: 1e-4,
  usdPerHour: "3.60",
  device: "cpu",
});

/** A sweep whose trials are simulated: jobs are rows that this class moves on, as a supervisor of processes would. */
export class SimulatedSweep {
  readonly supervisor: Supervisor;
  private nowMs = Date.parse("2026-11-25T12:00:00Z");
  private readonly curves = new Map<string, LoggedValue[]>();
  readonly failures: string[] = [];
  /** Trials fail before their first step, as with a Python that does not work. */
  isBroken = false;
  /** Time that a job takes to its first step. */
  startMs = 0;
  /** Time that a job takes to end after the request to stop. */
  lingerMs = 0;

  private readonly store: Store;
  private readonly dataDir: string;

  constructor(store: Store, dataDir: string) {
    this.store = store;
    this.dataDir = dataDir;
    const engine: Engine = {
      ...trl,
      copyLauncher: async () => undefined,
      logged: async (folder) => this.curves.get(folder) ?? [],
    };
    const now = (): Date => new Date(this.nowMs);
    const log = (line: string): void => void this.failures.push(line);
    this.supervisor = {
      store,
      instance: ownInstance(),
      env: {},
      engines: { ...ENGINES, trl: engine },
      trackerUrl: undefined,
      now,
      log,
    };
  }

  async start(fields: Partial<SweepFile> & Record<string, unknown>, waitsFor?: string): Promise<string> {
    const spec = SweepFileSchema.parse({
      version: 1,
      name: "s",
      metric: "loss",
      space: { learningRate: { min: 1e-6, max: 1e-2, scale: "log" } },
      ...fields,
    });
    const prepared = {
      python: "python3",
      modelDir: "model",
      digest: "0".repeat(64),
      datasetFiles: [],
      evaluationFiles: null,
      dataDir: this.dataDir,
    };
    const plan = planSweep({ spec, base: BASE }, { unknown: "a simulation" });
    const { id } = await insertSweep(
      this.store,
      { spec, base: BASE, plan, prepared, waitsFor },
      { programme: "p", pricing: PRICING, now: this.supervisor.now },
    );
    return id;
  }

  /** Looks of the supervisor until one succeeds, and then a second of the machine. */
  async tick(): Promise<void> {
    notePass(this.store, this.nowMs);
    for (let look = 0; look < 20; look++) {
      const before = this.failures.length;
      await advanceSweeps(this.supervisor, PRICING).catch((error: unknown) => this.failures.push(String(error)));
      if (this.failures.length === before) break;
    }
    this.nowMs += 1000;
    await this.train();
  }

  async untilEnd(id: string): Promise<void> {
    for (let look = 0; look < 600; look++) {
      if ((await findSweep(this.store, id)).ended_ms !== null) return;
      await this.tick();
    }
    throw new Error(`the sweep did not end: ${this.failures.at(-1)}`);
  }

  /** Moves every job on: a queued one starts, a running one takes a step, and pauses, stops or ends where it is due. */
  private async train(): Promise<void> {
    const jobs = await this.store.db
      .selectFrom("jobs")
      .selectAll()
      .where("ended_ms", "is", null)
      .orderBy("job_no")
      .execute();
    for (const job of jobs) {
      const set = (change: Partial<typeof job>): Promise<unknown> =>
        this.store.write((db) => db.updateTable("jobs").set(change).where("job_no", "=", job.job_no).execute());
      const { maxSteps, learningRate } = specOf(job);
      if (job.stop_reason !== null) {
        if (this.nowMs - job.stop_asked_ms! < this.lingerMs) continue;
        await this.closeAttempt(job.job_no);
        await set({ state: "stopped", ended_ms: this.nowMs });
      } else if (this.isBroken) {
        await set({ state: "failed-code", reason: "exit status 1: no module torch", ended_ms: this.nowMs });
      } else if (job.state === "queued") {
        await this.openAttempt(job.job_no);
        await set({ state: "running" });
      } else if (job.state === "running") {
        if (this.startMs > 0 && this.nowMs - (await this.startedMs(job.job_no)) <= this.startMs) continue;
        const step = (job.step ?? 0) + 1;
        const value = { key: "loss", step, value: lossAt(learningRate, step) };
        this.curves.set(job.folder, [...(this.curves.get(job.folder) ?? []), value]);
        const isPaused = step === job.until_step;
        if (isPaused || step === maxSteps) await this.closeAttempt(job.job_no);
        await set({
          step,
          ...(this.startMs > 0 ? { sight: JSON.stringify({ attempt: 1, step, stepMs: 1000, high: 0 }) } : {}),
          state: step === maxSteps ? "done-verified" : isPaused ? "paused" : "running",
          ended_ms: step === maxSteps ? this.nowMs : null,
        });
      }
    }
  }

  private async openAttempt(jobNo: number): Promise<void> {
    const { count } = await this.store.db
      .selectFrom("job_attempts")
      .select(({ fn }) => fn.countAll<number | string>().as("count"))
      .where("job_no", "=", jobNo)
      .executeTakeFirstOrThrow();
    const none = {
      ended_ms: null,
      resumed_from: null,
      exit_code: null,
      exit_signal: null,
      last_step: null,
      outcome: null,
    };
    await this.store.write((db) =>
      db
        .insertInto("job_attempts")
        .values({ job_no: jobNo, attempt: Number(count) + 1, started_ms: this.nowMs, ...none })
        .execute(),
    );
  }

  private async startedMs(jobNo: number): Promise<number> {
    const attempts = this.store.db.selectFrom("job_attempts").select("started_ms").where("job_no", "=", jobNo);
    return (await attempts.orderBy("attempt", "desc").executeTakeFirstOrThrow()).started_ms;
  }

  private async closeAttempt(jobNo: number): Promise<void> {
    await this.store.write((db) =>
      db
        .updateTable("job_attempts")
        .set({ ended_ms: this.nowMs })
        .where("job_no", "=", jobNo)
        .where("ended_ms", "is", null)
        .execute(),
    );
  }
}
