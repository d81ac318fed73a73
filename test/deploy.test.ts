import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { startTestServer } from "./server/start-test-server.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json")) as { bin: Record<string, string>; engines: { node: string } };

/** Flags of `tunewright serve`, and the port that it uses unless told. */
const HELP = read("test/golden/help/tunewright-serve.txt");
const FLAGS = new Set(HELP.match(/--[a-z-]+/g));
const PORT = /--port <number>[^(]*\(default (\d+)\)/.exec(HELP)![1]!;

/** Instructions of the Dockerfile, with continued lines joined, comments left out. */
const instructions = read("deploy/Dockerfile")
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "")
  .trim()
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line)!;
    return { name: name!, rest: rest! };
  });
const of = (name: string): string[] => instructions.filter((each) => each.name === name).map(({ rest }) => rest);
const list = (json: string): string[] => JSON.parse(json) as string[];

type Service = {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string;
  environment: Record<string, string>;
  volumes: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
};
const compose = parse(read("deploy/compose.yaml")) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};

/** Flags in a command that `serve` does not have. */
function unknownFlags(command: string): string[] {
  return (command.match(/(?<=\s)--[a-z-]+/g) ?? []).filter((flag) => !FLAGS.has(flag));
}

describe("the Dockerfile", () => {
  test("names a version of each image, and a Node that the package accepts", () => {
    const images = of("FROM").map((rest) => rest.split(" ")[0]!);
    expect(images.length).toBeGreaterThan(1);
    const least = Number(/>=(\d+)/.exec(manifest.engines.node)![1]);
    for (const image of images) expect(Number(/^node:(\d+)-/.exec(image)?.[1])).toBeGreaterThanOrEqual(least);
  });

  test("copies only from its own stages and from a context without state and builds", () => {
    const stages = of("FROM").flatMap((rest) => / AS (\w+)$/.exec(rest)?.[1] ?? []);
    const sources = of("COPY").flatMap((rest) => /--from=(\w+)/.exec(rest)?.[1] ?? []);
    expect(sources.filter((stage) => !stages.includes(stage))).toEqual([]);
    const ignored = read("deploy/Dockerfile.dockerignore").split("\n");
    expect(ignored).toEqual(expect.arrayContaining(["node_modules", "dist", ".git", ".tunewright"]));
  });

  test("ends as a user without rights, in the state that it declares as volumes", () => {
    const last = instructions.findLastIndex(({ name }) => name === "FROM");
    const final = instructions.slice(last);
    const user = final.find(({ name }) => name === "USER")?.rest;
    expect(user).toMatch(/^(?!root|0$)\w+$/);
    expect(final.findIndex(({ name }) => name === "USER")).toBeGreaterThan(
      final.findLastIndex(({ name }) => name === "RUN"),
    );
    const created = final.find(({ name, rest }) => name === "RUN" && rest.includes(`useradd`))!.rest;
    expect(created).toContain(user!);
    for (const volume of list(of("VOLUME")[0]!)) expect(created).toContain(volume);
  });

  test("starts a program of the package with flags that it has, on the port that it exposes", () => {
    expect(Object.keys(manifest.bin)).toContain(list(of("ENTRYPOINT")[0]!)[0]);
    const [command, ...words] = list(of("CMD")[0]!);
    expect(command).toBe("serve");
    expect(unknownFlags(` ${words.join(" ")}`)).toEqual([]);
    expect(of("EXPOSE")).toEqual([PORT]);
    expect(of("STOPSIGNAL")).toEqual(["SIGTERM"]);
  });

  test("its health check passes while a server answers, and fails without one", async () => {
    const [program, ...words] = list(/CMD (\[.*\])$/.exec(of("HEALTHCHECK")[0]!)![1]!);
    expect(program).toBe("node");
    const check = (port: string): Promise<number | null> =>
      new Promise((resolve) => {
        const args = words.map((word) => word.replaceAll(`:${PORT}/`, `:${port}/`));
        spawn(process.execPath, args, { stdio: "ignore" }).once("exit", resolve);
      });
    const server = await startTestServer();
    const { port } = new URL(server.url);
    expect(await check(port)).toBe(0);
    await server.end();
    expect(await check(port)).toBe(1);
  });
});

describe("the compose file", () => {
  test("builds the Dockerfile, waits for a database that has a health check, and stays on loopback", () => {
    const { server, database } = compose.services as { server: Service; database: Service };
    expect(server.build).toEqual({ context: "..", dockerfile: "deploy/Dockerfile" });
    expect(server.depends_on).toEqual({ database: { condition: "service_healthy" } });
    expect(database.healthcheck?.test[0]).toBe("CMD-SHELL");
    expect(server.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`]);
    expect(database.ports).toBeUndefined();
    expect(unknownFlags(server.command!)).toEqual([]);
  });

  test("has no password of its own, and hands one to both sides", () => {
    const { server, database } = compose.services as { server: Service; database: Service };
    const password = /\$\{POSTGRES_PASSWORD:\?[^}]+\}/;
    expect(database.environment["POSTGRES_PASSWORD"]).toMatch(password);
    const url = new URL(server.environment["DATABASE_URL"]!.replace(password, "secret"));
    expect([url.username, url.password, url.hostname, url.pathname]).toEqual([
      database.environment["POSTGRES_USER"],
      "secret",
      "database",
      `/${database.environment["POSTGRES_DB"]}`,
    ]);
  });

  test("declares each volume that it mounts, at a place of the image", () => {
    const places = [...list(of("VOLUME")[0]!), "/var/lib/postgresql/data"];
    for (const { volumes } of Object.values(compose.services)) {
      for (const volume of volumes) {
        const [, source, place] = /^(.+):(\/[^:]+)$/.exec(volume)!;
        expect(places).toContain(place);
        if (/^\w+$/.test(source!)) expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });
});

test("the systemd unit starts the server with flags that it has, as a user without rights", () => {
  const unit = read("deploy/tunewright.service");
  const start = /^ExecStart=(.+)$/m.exec(unit)![1]!;
  expect(unknownFlags(start)).toEqual([]);
  expect(start).toContain("tunewright serve");
  expect(unit).toMatch(/^User=(?!root$)\w+$/m);
  expect(unit).toMatch(/^KillSignal=SIGTERM$/m);
});
