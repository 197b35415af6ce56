import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { RunnableComponent, ServedApp } from "../../../local/apis/digitalocean/platform.ts";
import { Store } from "../../../local/cloud/store.ts";
import { LocalApps } from "../../../local/services/apps.ts";
import { ComponentLog } from "../../../local/services/apps-log.ts";
import { identify, isRunning, type ProcessIdentity } from "../../../local/services/processes-identity.ts";

const operations = "ghcr.io/shop/operations";
/** Stands for backup/main.ts: does what its first argument says. */
const program = `
const { setTimeout: pause } = require("node:timers/promises");
const deeds = {
  print: () => { console.log(Object.keys(process.env).sort().join(" ")); console.error("token", process.env.TOKEN); process.stdout.write("no end"); },
  fail: () => { console.log(JSON.stringify({ level: "error", event: "the bucket must be there" })); process.exit(3); },
  hang: () => { console.log("hanging"); setInterval(() => undefined, 1000); },
  wait: async () => {
    setTimeout((word) => console.log(word, new Date().toISOString().slice(0, 10)), 60_000, "woken");
    const stopped = setTimeout(() => console.log("not stopped"), 60_000);
    clearTimeout(stopped);
    console.log("began", Date().includes("GMT"), process.env.SLIPWAY_CLOCK_AHEAD, new Date(0).toISOString());
    await pause(90_000);
    console.log("paused");
    await pause(120_000);
    console.log("late");
    await pause(120_000, undefined, { signal: AbortSignal.abort() }).catch(({ name }) => console.log(name));
    setTimeout(() => console.log("too early"), 60_000);
  },
  where: () => { console.log(process.env.S3_PLACE, process.env.PORT); setInterval(() => undefined, 1000); },
  once: () => { console.log("run", process.pid); process.exit(1); },
};
deeds[process.argv[2]]?.();
`;

let directory: string;
let store: Store;
let apps: LocalApps;
let notices: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slipway apps "));
  writeFileSync(join(directory, "main.js"), program);
  store = new Store(join(directory, "cloud.db"));
  apps = newApps();
});
afterEach(async () => {
  await apps.stopAll();
  store.close();
  rmSync(directory, { recursive: true });
});

function newApps(options: { jobLimit?: number } = {}): LocalApps {
  notices = [];
  return new LocalApps({
    store,
    operationsImages: () => [operations],
    backupProgram: join(directory, "main.js"),
    logDirectory: join(directory, "logs"),
    notice: (text) => notices.push(text),
    backoff: () => 0,
    surroundings: () => ({ S3_PLACE: "http://127.0.0.1:1", PORT: "0" }),
    patience: 2000,
    ...options,
  });
}

function component(
  kind: RunnableComponent["kind"],
  name: string,
  rest: Partial<RunnableComponent> = {},
): RunnableComponent {
  return {
    appId: "app-1",
    appName: "shop",
    name,
    kind,
    image: undefined,
    runCommand: undefined,
    environment: {},
    httpPort: undefined,
    healthPath: undefined,
    ...rest,
  };
}

const api = component("service", "api", {
  healthPath: "/api/health",
  image: "ghcr.io/shop/api",
  httpPort: 8080,
});
const site = component("static_site", "site & co");
const app: ServedApp = {
  appId: "app-1",
  appName: "shop",
  components: [api, site],
  routes: [
    { prefix: "/api", component: "api", preservePathPrefix: true },
    { prefix: "/gone", redirect: { uri: "/", code: 308 } },
    { prefix: "/ghost", component: "ghost", preservePathPrefix: true },
    { prefix: "/site", component: "site & co", preservePathPrefix: false },
  ],
};

function job(runCommand: string | undefined, environment: Record<string, string> = {}): RunnableComponent {
  return component("job", "prepare", { image: operations, runCommand, environment });
}

const logText = (name: string): string => readFileSync(join(directory, "logs", `shop-${name}.log`), "utf8");

describe("a served app", () => {
  test("answers its health path and says that it is a placeholder", async () => {
    const { url, components } = await apps.serve(app);
    const answer = await fetch(`${url}/api/health`);
    expect([answer.status, answer.headers.get("x-slipway-placeholder"), await answer.json()]).toEqual([
      200,
      "api",
      { placeholder: true, app: "shop", component: "api", path: "/api/health", status: "ok" },
    ]);
    expect(components).toEqual([
      { name: "api", runsAs: "placeholder" },
      { name: "site & co", runsAs: "placeholder" },
    ]);
  });

  test("says so on every other path, whatever the method", async () => {
    const { url } = await apps.serve(app);
    const answer = await fetch(`${url}/api/list?page=2`, { method: "POST", body: "x".repeat(100_000) });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { placeholder: true, app: "shop", component: "api", path: "/api/list" },
    ]);
    expect((await fetch(`${url}/api`, { method: "HEAD" })).headers.get("content-length")).toBe("66");
  });

  test("shows a page for a static site", async () => {
    const { url } = await apps.serve(app);
    const answer = await fetch(`${url}/site/any/path`);
    const page = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(/<p>(.*?)<\/p>/s.exec(page)?.[1]).toBe(
      "This page is a placeholder: in the local cloud it stands for the static site\n" +
        "<code>site &#38; co</code> of the app <code>shop</code>, which is not built here.",
    );
  });

  test("redirects, and fails where no rule or no component is", async () => {
    const { url } = await apps.serve(app);
    const redirected = await fetch(`${url}/gone/away`, { redirect: "manual" });
    expect([redirected.status, redirected.headers.get("location")]).toEqual([308, `${url}/`]);
    const missing = await fetch(`${url}/nothing`);
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { app: "shop", error: "no ingress rule fits this path" },
    ]);
    const ghost = await fetch(`${url}/ghost`);
    expect([ghost.status, await ghost.json()]).toEqual([
      502,
      { app: "shop", error: "the ingress rule names ghost, which is no component" },
    ]);
  });

  test("changes in place", async () => {
    const { url } = await apps.serve(app);
    const changed = await apps.serve({
      ...app,
      routes: [{ prefix: "/", component: "api", preservePathPrefix: true }],
    });
    expect(changed.url).toBe(url);
    expect((await fetch(`${url}/nothing`)).status).toBe(200);
  });

  test("has its address before it is served, and after a restart", async () => {
    const address = await apps.address("app-1");
    expect((await apps.serve(app)).url).toBe(address);
    await apps.stopAll();
    await expect(fetch(address)).rejects.toThrow("fetch failed");
    apps = newApps();
    expect((await apps.serve(app)).url).toBe(address);
    expect(notices).toEqual([]);
  });

  test("moves, and says so, where another program took its port", async () => {
    const address = await apps.address("app-1");
    const port = Number(new URL(address).port);
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(port, "127.0.0.1", resolve));
    const { url } = await apps.serve(app);
    await new Promise((resolve) => intruder.close(resolve));
    expect(notices).toEqual([
      `port ${port} is taken by another program: app shop moves to port ${new URL(url).port}`,
    ]);
    expect(await apps.address("app-1")).toBe(url);
  });

  test("is gone when it is stopped, which can be repeated", async () => {
    const { url } = await apps.serve(app);
    await apps.stop("app-1");
    await apps.stop("app-1");
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});

describe("a job", () => {
  test("without the operations image succeeds as a placeholder", async () => {
    const { exitCode, log, runsAs } = await apps.runJob(
      component("job", "migrate", { image: "ghcr.io/shop/api" }),
    );
    expect({ exitCode, log, runsAs }).toEqual({
      exitCode: 0,
      log: "placeholder: the job migrate has no program in the local cloud and counts as done\n",
      runsAs: "placeholder",
    });
  });

  test("of the operations image runs with its environment and this machine's services, its secrets masked in all it prints", async () => {
    const run = await apps.runJob(job("node backup/main.ts print", { TOKEN: "a-real-secret", PLAIN: "x" }));
    const lines = run.log.trim().split("\n").sort();
    expect(run.exitCode).toBe(0);
    expect(run.runsAs).toBe("process");
    expect(lines).toEqual(["PATH PLAIN PORT S3_PLACE TOKEN", "no end", "token [secret]"]);
    expect(logText("prepare").match(/^\d{4}-\d\d-\d\dT[\d:.]+Z token \[secret\]$/m)).not.toBeNull();
    expect(logText("prepare").includes("a-real-secret")).toBe(false);
  });

  test("fails with its own exit code", async () => {
    expect((await apps.runJob(job("node backup/main.ts fail"))).exitCode).toBe(3);
  });

  test("gets no arguments without a run command", async () => {
    expect(await apps.runJob(job(undefined))).toEqual({ exitCode: 0, log: "", runsAs: "process" });
  });

  test.each(["sh -c 'exit 0'", "node backup/main.ts print; rm -rf /", "node backup/main.ts $(id)"])(
    "fails for the run command %s",
    async (command) => {
      expect(await apps.runJob(job(command))).toEqual({
        exitCode: 127,
        log: `run command must start with "node backup/main.ts" and have plain words only: ${command}\n`,
        runsAs: "process",
      });
    },
  );

  test("fails when it takes too long", async () => {
    apps = newApps({ jobLimit: 1 });
    const { exitCode, log } = await apps.runJob(job("node backup/main.ts hang"));
    expect(exitCode).toBe(124);
    expect(log.split("\n")).toContain("stopped: the job took longer than 0.001 s");
  });
});

describe("the log of a component", () => {
  test("keeps the streams apart and a secret whole that comes in pieces", () => {
    const log = new ComponentLog(join(directory, "logs", "one.log"), (text) =>
      text.replaceAll("secret", "[secret]"),
    );
    const [out, complaints] = [{}, {}];
    log.take(out, "a sec");
    log.take(complaints, "oops\r\nand");
    log.take(out, "ret\nlast");
    log.flush();
    expect(log.text()).toBe("oops\na [secret]\nlast\nand\n");
  });
});

describe("a worker", () => {
  const worker = (runCommand: string) => component("worker", "scheduler", { image: operations, runCommand });
  const withWorker = (runCommand: string): ServedApp => ({ ...app, components: [api, worker(runCommand)] });

  test("is started again whenever it ends", async () => {
    const { components } = await apps.serve(withWorker("node backup/main.ts once"));
    expect(components[1]).toEqual({ name: "scheduler", runsAs: "process" });
    await eventually(() => (logText("scheduler").match(/ run \d+/g) ?? []).length > 2);
    await apps.stopAll();
    expect(logText("scheduler").includes("ended with exit code 1, starts again in 0 s")).toBe(true);
    expect(logText("scheduler").trimEnd().endsWith(" stopped")).toBe(true);
  });

  test("that ends with a fault is told with what it said last, until it is served anew or is gone", async () => {
    await apps.serve(withWorker("node backup/main.ts fail"));
    expect(await apps.failures()).toEqual([
      {
        app: "shop",
        component: "scheduler",
        kind: "worker",
        exitCode: 3,
        said: "the bucket must be there",
        log: join(directory, "logs", "shop-scheduler.log"),
      },
    ]);
    await apps.serve(withWorker("node backup/main.ts hang"));
    expect(await apps.failures()).toEqual([]);
    await apps.serve(withWorker("node backup/main.ts nowhere.sh; ls"));
    expect(await apps.failures()).toMatchObject([
      { exitCode: 127, said: expect.stringMatching(/^run command must start with "node backup\/main.ts"/) },
    ]);
    await apps.stop("app-1");
    expect(await apps.failures()).toEqual([]);
  });

  test("ends with the app, also where the process that started it was killed", async () => {
    await apps.serve(withWorker("node backup/main.ts hang"));
    await eventually(() => logText("scheduler").includes("hanging"));
    const identity = runningPrograms()[0]?.process;
    expect(identity !== undefined && (await isRunning(identity))).toBe(true);
    const successor = newApps();
    await successor.stop("app-1");
    expect(identity !== undefined && (await isRunning(identity))).toBe(false);
  });

  test("of before is ended before the next one starts", async () => {
    await apps.serve(withWorker("node backup/main.ts hang"));
    await eventually(() => logText("scheduler").includes("hanging"));
    const [before] = runningPrograms();
    await apps.serve(withWorker("node backup/main.ts hang"));
    await eventually(
      () => runningPrograms()[0]?.process.pid !== before?.process.pid && runningPrograms().length === 1,
    );
    expect(await identify(before?.process.pid ?? 0)).toBeUndefined();
  });
});

function runningPrograms(): { process: ProcessIdentity }[] {
  return store.collection<{ process: ProcessIdentity }>("app-process").list();
}

async function eventually(holds: () => boolean): Promise<void> {
  for (;;) {
    try {
      if (holds()) return;
    } catch (error) {
      // The log is not there before the first line.
      if (!String(error).includes("ENOENT")) throw error;
    }
    await new Promise(setImmediate);
  }
}

describe("the clock of a worker", () => {
  const worker = (runCommand: string, environment: Record<string, string> = {}) => ({
    ...app,
    components: [component("worker", "clerk", { image: operations, runCommand, environment })],
  });
  const written = async (text: string): Promise<string> => {
    for (;;) {
      const log = existsSync(join(directory, "logs", "shop-clerk.log")) ? logText("clerk") : "";
      if (log.includes(text)) return log.replace(/^\S+ /gm, "");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const dayIn = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString().slice(0, 10);
  /** Waits until the program woke; on which day it did is its clock's. Midnight may pass meanwhile. */
  async function wokenAhead(milliseconds: number): Promise<void> {
    const before = dayIn(milliseconds);
    const [, day] = /woken (\S+)/.exec(await written("woken ")) ?? [];
    expect([before, dayIn(milliseconds)]).toContain(day);
  }

  test("is set forward: what is due by then is done, and what waits a little more does not wait", async () => {
    await apps.serve(worker("node backup/main.ts wait"));
    await written("began");
    apps.setClock(3 * 86_400_000);
    await wokenAhead(3 * 86_400_000);
    expect((await written("AbortError")).replace(/woken \S+/, "woken")).toBe(
      "began true undefined 1970-01-01T00:00:00.000Z\nwoken\npaused\nlate\nAbortError\n",
    );
    expect(apps.clockAhead()).toBe(3 * 86_400_000);
  });

  test("is ahead from the start for one that starts later, until it is reset", async () => {
    apps.setClock(2 * 86_400_000);
    await apps.serve(worker("node backup/main.ts wait"));
    await written("began");
    apps.setClock(2 * 86_400_000 + 61_000);
    await wokenAhead(2 * 86_400_000 + 61_000);
    await apps.resetClock();
    expect(await written("starts again")).toContain("ended with exit code 143, starts again in 0 s\n");
    expect(apps.clockAhead()).toBe(0);
  });

  test("comes with variables of this machine, over which its own win", async () => {
    await apps.serve(worker("node backup/main.ts where", { PORT: "8080" }));
    expect(await written("http")).toBe("http://127.0.0.1:1 8080\n");
  });
});
