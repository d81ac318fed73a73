// The Python package aiconfigurator-core, unzipped in the folder that a script's first word names, as tables to query.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { DuckDBInstance } from "@duckdb/node-api";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const wheel = process.argv[2];
if (wheel === undefined) throw new Error("expected the path of the unzipped wheel");

/** Source that each written file names. */
export const PACKAGE = "aiconfigurator-core 0.12.0 (NVIDIA, Apache-2.0, PyPI), read 2026-11-25";

/** Folder of the measurements in the package, and the folder here. */
export const MEASURED = join(wheel, "aiconfigurator_core/systems/data");
export const TARGET = join(ROOT, "src/catalog/data/kernels");

/** Systems of the package by GPU of the catalogue. */
export const SYSTEMS = {
  "A100-80GB-SXM": "a100_sxm",
  "H100-80GB-SXM": "h100_sxm",
  "H200-141GB-SXM": "h200_sxm",
  B200: "b200_sxm",
  B300: "b300_sxm",
  GB200: "gb200",
  GB300: "gb300",
  L40S: "l40s",
  "RTX-PRO-6000-Server": "rtx_pro_6000_server",
};

const connection = await (await DuckDBInstance.create(":memory:")).connect();

/** Rows that a query answers, as objects. */
export async function rowsOf(sql) {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

/** A time in microseconds as it is written: three digits. */
export const digits = (value) => String(Number(value.toPrecision(3)));

/** Rebuilds dist/ with the tables that were written, and loads the modules that read them. */
export async function rebuilt(...modules) {
  const { status } = spawnSync(process.execPath, [join(ROOT, "scripts/build.mjs")], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  return Promise.all(modules.map((path) => import(join(ROOT, "dist", path))));
}
