// A trainer that misbehaves on request: node fake-trainer.mjs JOB_FOLDER MODE MAX_STEPS [--resume CHECKPOINT] [--until STEP]. It writes the
// files that the launcher of TRL writes, and counts its starts in starts.txt. MAX_STEPS may be the word "config": then they
// are read from config.json, and the loss of mode "rated" depends on the learning rate there.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";

const [folder, mode, last, ...rest] = process.argv.slice(2);
const flag = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const [resume, until] = [flag("--resume"), Number(flag("--until") ?? Number.POSITIVE_INFINITY)];
const config =
  last === "config"
    ? JSON.parse(readFileSync(join(folder, "config.json"), "utf8")).training
    : { max_steps: Number(last), per_device_train_batch_size: 1 };
const maxSteps = config.max_steps;
const out = join(folder, "out");
mkdirSync(out, { recursive: true });
appendFileSync(join(folder, "starts.txt"), `${process.pid}\n`);

function writeWhole(path, text) {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

/** A safetensors file with one tensor of four numbers. */
function weights() {
  const header = Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(16, 1)]);
}

function state(step) {
  const log_history = Array.from({ length: step }, (_, index) => ({ step: index + 1, loss: 1 / (index + 1) }));
  return JSON.stringify({ global_step: step, log_history });
}

function checkpoint(step) {
  const place = join(out, `checkpoint-${step}`);
  // never makes its whole folder anew: one that is moved between two writes ends this trainer
  if (!existsSync(place)) mkdirSync(place);
  writeFileSync(join(place, "adapter_model.safetensors"), weights());
  // what a full disk cuts off: the optimiser's state is the largest file of a checkpoint
  if (mode === "fat" && step >= 4) writeFileSync(join(place, "optimizer.pt"), Buffer.alloc(2 ** 20));
  const archive = Buffer.concat([Buffer.from("PK\u0005\u0006", "latin1"), Buffer.alloc(18)]);
  for (const name of ["optimizer.pt", "scheduler.pt"]) writeFileSync(join(place, name), archive);
  writeFileSync(join(place, "trainer_state.json"), state(step));
}

function finish(step) {
  if (!existsSync(join(out, "adapter"))) mkdirSync(join(out, "adapter"));
  writeFileSync(join(out, "adapter", "adapter_model.safetensors"), weights());
  writeFileSync(join(out, "adapter", "adapter_config.json"), "{}");
  writeWhole(join(out, "trainer_state.json"), state(step));
}

const recent = [];
const progress = (step, loss) => {
  recent.push([step, Date.now() / 1000]);
  const seen = { step, loss, time: Date.now() / 1000, recent: recent.slice(-32) };
  writeWhole(join(out, "progress.json"), JSON.stringify(seen));
};
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.message}\n`); // the last line, as Python prints it
  process.exit(1);
});
let stopAsked = false;
process.on("SIGTERM", () => (stopAsked = mode !== "deaf"));

let step = resume === undefined ? 0 : Number(basename(resume).slice("checkpoint-".length));
if (mode === "config") {
  process.stderr.write("unknown key\n");
  process.exit(2);
}
if (mode === "oom" && config.per_device_train_batch_size > 1) {
  process.stderr.write("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n");
  process.exit(1);
}
if (mode === "torrent") {
  // a gigabyte of log, which no reader asked for
  const part = Buffer.alloc(2 ** 20, "x");
  for (let written = 0; written < 1024; written++) writeSync(1, part);
  writeSync(1, "\nthe end of the log\n");
}
if (mode === "loud") for (let line = 0; line < 3000; line++) process.stdout.write(`${"x".repeat(1000)}\n`);
const timer = setInterval(() => {
  if (mode === "hang" && step >= 2 && resume === undefined) return;
  if (existsSync(join(folder, "hurry"))) step = Math.max(step, maxSteps - 1);
  step += 1;
  progress(step, mode === "nan" && step >= 2 ? "NaN" : mode === "explodes" && step > 4 ? 10 ** step : 1 / step);
  if (mode === "rated") {
    const loss = 1 / step + Math.abs(Math.log10(config.learning_rate) + 3);
    appendFileSync(join(out, "metrics.jsonl"), `${JSON.stringify({ step, values: { loss } })}\n`);
  }
  if (step % 2 === 0) checkpoint(step);
  if (stopAsked) process.exit(75);
  if (step >= until && step < maxSteps) {
    checkpoint(step);
    process.exit(75);
  }
  if (mode === "early" && step >= 2) process.exit(0);
  if (step < maxSteps) return;
  finish(step);
  clearInterval(timer);
  if (mode === "late-failure") process.exit(1);
}, 60);
