// Starts servers in one process, each on an empty folder: `POST /` answers the address of a new one. For MLflow's own
// tests, which want a fresh server for each test.
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startServer } from "../../dist/server/start-server.js";

createServer((request, response) => {
  request.resume();
  mkdtemp(join(tmpdir(), "tunewright-suite-"))
    .then((dataDir) =>
      startServer({
        dataDir,
        databaseUrl: undefined,
        programmes: ["suite"],
        host: "127.0.0.1",
        port: 0,
        version: "0.0.0",
        now: () => new Date(),
        env: process.env,
        log: (line) => console.error(line),
      }),
    )
    .then(({ url }) => response.end(url))
    .catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
}).listen(Number(process.argv[2] ?? 0), "127.0.0.1", function listening() {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
