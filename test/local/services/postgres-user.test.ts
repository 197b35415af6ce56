import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cacheDirectory } from "../../../local/home.ts";
import { findPostgres, PostgresServers } from "../../../local/services/postgres.ts";
import {
  asRunner,
  assertRunnable,
  chooseRunner,
  handOver,
  type Runner,
} from "../../../local/services/postgres-user.ts";

const isRoot = process.getuid?.() === 0;
const nobody: Runner = { kind: "account", account: { name: "nobody", uid: 65_534, gid: 65_534 } };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slipway user "));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("PostgreSQL runs", () => {
  test("as whoever runs slipway, unless that is root", () => {
    expect(chooseRunner().kind === "self").toBe(!isRoot);
    expect(asRunner({ kind: "self" }, "postgres", ["-D", "data"])).toEqual({
      command: "postgres",
      args: ["-D", "data"],
    });
  });

  test("in a user namespace where there are any", () => {
    expect(asRunner({ ...nobody, kind: "namespace" }, "postgres", ["-D", "data"])).toEqual({
      command: "unshare",
      args: ["--user", "--map-user=65534", "--map-group=65534", "--", "postgres", "-D", "data"],
    });
  });

  test("else as another account, in a group that nobody else has", () => {
    expect(asRunner(nobody, "postgres", [])).toEqual({
      command: "postgres",
      args: [],
      uid: 65_534,
      gid: 59_733,
    });
  });
});

(isRoot ? describe : describe.skip)("as root without namespaces", () => {
  const home = () => join(directory, "slipway", "postgres");
  const data = () => join(home(), "one", "data");
  /** Whether another account may read a file: the server's, or one of the same name outside its group. */
  const mayRead = (path: string, gid: number) =>
    spawnSync("cat", [path], { uid: 65_534, gid, stdio: "ignore" }).status === 0;

  beforeEach(() => {
    chmodSync(directory, 0o755);
    mkdirSync(data(), { recursive: true });
    writeFileSync(join(data(), "file"), "text");
    for (const folder of [join(directory, "slipway"), home(), join(home(), "one"), data()])
      chmodSync(folder, 0o700);
  });

  test("the data belongs to the account, and the way to it is open to its group alone", () => {
    handOver(nobody, data(), home());
    handOver(nobody, data(), home());
    expect([mayRead(join(data(), "file"), 59_733), mayRead(join(data(), "file"), 65_534)]).toEqual([
      true,
      false,
    ]);
    expect(statSync(join(directory, "slipway")).mode & 0o777).toBe(0o710);
  });

  test("the data goes back to root when namespaces are there again", () => {
    handOver(nobody, data(), home());
    handOver({ ...nobody, kind: "namespace" }, data(), home());
    expect([statSync(data()).uid, statSync(join(data(), "file")).uid]).toEqual([0, 0]);
  });

  test("fails below a folder that is not slipway's own and lets nobody in", () => {
    chmodSync(directory, 0o700);
    expect(() => handOver(nobody, data(), home())).toThrow(
      `PostgreSQL refuses to run as root and user nobody may not enter ${directory}:` +
        " put the clone into a folder that others may enter, or run slipway as another user",
    );
  });

  test("fails for programs that the account may not run", () => {
    chmodSync(directory, 0o700);
    expect(() => assertRunnable(nobody, directory)).toThrow(
      `PostgreSQL refuses to run as root and user nobody may not run the programs in ${directory}:` +
        " set SLIPWAY_CACHE to a folder that others may enter, or run slipway as another user",
    );
  });

  test("a server runs, and is started again by the next slipway", async () => {
    chownSync(directory, 0, 0);
    const servers = () =>
      new PostgresServers({
        directory: home(),
        chooseRunner: () => nobody,
        findBinaries: (major) =>
          findPostgres({ cacheDirectory: cacheDirectory(), progress: () => undefined, major }),
      });
    const cluster = { id: "two", name: "two", version: "16", doadminPassword: "password" };
    const first = await servers().start(cluster);
    await servers().configure("two", { fsync: "off" });
    await servers().stopAll();
    expect((await servers().start(cluster)).port).toBe(first.port);
    await servers().remove("two");
  });
});
