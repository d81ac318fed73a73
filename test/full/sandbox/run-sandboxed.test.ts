import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { requireSandbox, runSandboxed, SANDBOX_LIMITS, type SandboxedRun } from "../../../src/sandbox/run-sandboxed.ts";

const PYTHON = ["/usr/bin/python3", "/usr/local/bin/python3"].find((path) => existsSync(path)) ?? "";
const refused = await requireSandbox().then(
  () => (PYTHON === "" ? "python3" : null),
  (error: Error) => error.message,
);

const LIMITS = { ...SANDBOX_LIMITS, wallSeconds: 20, outputBytes: 100_000 };
const python = (code: string, limits = LIMITS): Promise<SandboxedRun> =>
  runSandboxed({ command: [PYTHON, "main.py"], files: { "main.py": code, "lib/one.py": "ONE = 1\n" } }, { limits });

describe.skipIf(refused !== null)(
  `code in a sandbox (needs Linux with user namespaces and python3: ${refused})`,
  () => {
    test("reads its own files and gives its output and status", async () => {
      expect(await python("import sys; from lib.one import ONE; print(ONE); sys.exit(3)")).toEqual({
        exit: 3,
        stopped: null,
        stdout: "1\n",
        stderr: "",
      });
    });

    test("sees no file of the user, no process but its own, and has no capability", async () => {
      const code = `
import json, os
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines()) if os.path.exists("/proc/self/status") else {}
seen = [name for name in os.listdir("/proc") if name.isdigit()]
print(json.dumps([os.listdir("/"), os.listdir("/work"), len(seen), status.get("CapEff", "0").strip(), os.path.exists("/etc/passwd")]))`;
      const { stdout } = await python(code);
      const [root, work, processes, capabilities, passwords] = JSON.parse(stdout) as [
        string[],
        string[],
        number,
        string,
        boolean,
      ];
      expect(root).not.toEqual(expect.arrayContaining(["home"]));
      expect(root).not.toEqual(expect.arrayContaining(["root"]));
      expect(work.toSorted()).toEqual(["lib", "main.py"]);
      expect(processes).toBeLessThan(4);
      expect(Number.parseInt(capabilities, 16)).toBe(0);
      expect(passwords).toBe(false);
    });

    test.each([
      ["the network", "import socket; socket.create_connection(('1.1.1.1', 80), 2)", "unreachable"],
      ["a file of the system", "open('/usr/bin/x', 'w')", "Read-only file system"],
      [
        "a mount",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nif libc.mount(b'none', b'/tmp', b'tmpfs', 0, None): raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))",
        "Operation not permitted",
      ],
      ["more memory than the limit", "bytearray(2**31)", "MemoryError"],
      ["a larger file than the limit", "open('big', 'wb').write(b'x' * 2**25)", "File"],
    ])("refuses %s", async (_what, code, says) => {
      const { exit, stderr } = await python(code);
      expect(exit).not.toBe(0);
      expect(stderr).toContain(says);
    });

    test("ends a program that forks without end, and nothing of it is left", async () => {
      const marker = `tunewright-fork-${process.pid}`;
      const files = { "main.py": "import os\nwhile True:\n    os.fork()" };
      const { exit } = await runSandboxed({ command: [PYTHON, "main.py", marker], files }, { limits: LIMITS });
      expect(exit).not.toBe(0);
      const lines = readdirSync("/proc").map((id) => {
        try {
          return readFileSync(`/proc/${id}/cmdline`, "latin1");
        } catch {
          return ""; // no process, or one that has ended
        }
      });
      expect(lines.filter((line) => line.includes(marker))).toEqual([]);
    });

    test("ends a program that sleeps, and one that prints without end", async () => {
      const slow = { ...LIMITS, wallSeconds: 1 };
      expect(await python("import time; time.sleep(60)", slow)).toMatchObject({ exit: null, stopped: "time" });
      const loud = await python("while True: print('x' * 1000)");
      expect(loud).toMatchObject({ exit: null, stopped: "output" });
      expect(loud.stdout.length).toBe(100_000);
    });

    test("a program cannot leave a file for the next one", async () => {
      await python(
        "import tempfile; open(tempfile.gettempdir() + '/left', 'w').write('x'); open('left', 'w').write('x')",
      );
      expect(
        (await python("import os, tempfile; print(os.listdir(tempfile.gettempdir()), os.path.exists('left'))")).stdout,
      ).toBe("[] False\n");
    });
  },
);
