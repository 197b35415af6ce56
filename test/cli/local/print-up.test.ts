import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { failureLines } from "../../../cli/local/failure-lines.ts";
import { printUp, upText } from "../../../cli/local/print-up.ts";
import { rulesBroken, rulesLine } from "../../../cli/local/rules-found.ts";
import { LocalFault } from "../../../local/fault.ts";
import type { SessionContext } from "../../../local/stack/session.ts";
import type { UpReport } from "../../../local/stack/up.ts";

const failures = [
  {
    app: "shop-dev",
    component: "backups",
    kind: "worker",
    exitCode: 4,
    said: "the bucket must be there",
    log: "/home/logs/shop-dev-backups.log",
  },
];
const report: UpReport = {
  stack: "dev",
  changes: { create: 0, update: 0, replace: 0, delete: 0, same: 3 },
  changed: [],
  outputs: {},
  requests: { reads: 2, writes: 0 },
  seconds: { total: 1.25 },
  cloud: {
    endpoints: { digitalocean: "http://a", github: "http://b", aws: "http://c", registry: "http://d" },
    pid: 1,
    differences: [],
    openDatabases: [],
  },
  failures,
  plugins: [],
};
const local = {
  home: "/home",
  cloud: { isRunning: async () => true, isCurrent: async () => false },
} as unknown as SessionContext;

let printed: string;
beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});

const end = "dev: 0 changes, 3 the same in 1.3 s; the local clouds got 0 writes and 2 reads\n";
const failed =
  "failed: worker backups of app shop-dev ended with exit code 4: the bucket must be there (/home/logs/shop-dev-backups.log)";

test("a component that failed is told last, with why and where its log is, and local up ends with 1", async () => {
  await printUp({ stack: "dev" }, local, async () => report);
  expect(printed).toBe(`${end}${failed}\n`);
  expect(process.exitCode).toBe(1);
});

test("where nothing failed nothing is said of it, and a preview ends well in any case", async () => {
  await printUp({ stack: "dev" }, local, async () => ({ ...report, failures: [] }));
  expect(printed).toBe(end);
  expect(process.exitCode).toBe(0);
  await printUp({ stack: "dev", isPreview: true }, local, async () => report);
  expect(process.exitCode).toBe(0);
});

test("a component that wrote nothing is told too, and one document has all of it", async () => {
  expect(failureLines(failures.map((one) => ({ ...one, said: "" })))).toEqual([
    "failed: worker backups of app shop-dev ended with exit code 4: it said nothing (/home/logs/shop-dev-backups.log)",
  ]);
  const broken = async () => ({ errors: 0, warnings: 2 });
  await printUp({ stack: "dev", json: true, broken }, local, async () => report);
  expect(JSON.parse(printed)).toMatchObject({ failures, broken: { errors: 0, warnings: 2 } });
});

test("rules that are broken are one line, with the command that lists them", () => {
  const shown = (errors: number, warnings: number, stackFile?: string) =>
    rulesLine({ errors, warnings }, { stack: "dev", ...(stackFile === undefined ? {} : { stackFile }) });
  expect(shown(1, 2)).toEqual([
    "policy: 1 error and 2 warnings: `npm run -s slipway -- plan --stack dev` lists them",
  ]);
  expect(shown(0, 1, "my.yaml")).toEqual([
    "policy: 1 warning: `npm run -s slipway -- plan --stack dev --stack-file my.yaml` lists them",
  ]);
  expect(shown(0, 0)).toEqual([]);
  expect(rulesLine(undefined, { stack: "dev" })).toEqual([]);
  const text = upText({ ...report, failures: [] }, "/home", { stack: "dev" }, { errors: 2, warnings: 0 });
  expect(text).toBe(`policy: 2 errors: \`npm run -s slipway -- plan --stack dev\` lists them\n${end}`);
});

test("the rules of a stack are those of its plan", async () => {
  expect(await rulesBroken({ stack: "dev" })).toEqual({ errors: 0, warnings: 0 });
  expect(await rulesBroken({ stack: "production" })).toEqual({ errors: 0, warnings: 1 });
});

test("fails with the way out where only the local stack that is up is in the way", async () => {
  const message =
    "bringing up dev failed:\n  stack dev has invalid settings:\n    network.ipRange: must be 10.40.0.0/20, which is deployed: no";
  const fails = printUp({ stack: "dev" }, local, () => Promise.reject(new LocalFault(message)));
  await expect(fails).rejects.toMatchObject({
    name: "LocalFault",
    message: `${message}\n  the local dev is another one: \`npm run -s slipway -- local down --stack dev\` removes it with its data, then run this again`,
  });
  const kept = "previewing dev failed:\n  DatabaseDb shop: must stay, since dev is protected: put it back";
  const loses = printUp({ stack: "dev" }, local, () => Promise.reject(new LocalFault(kept)));
  await expect(loses).rejects.toMatchObject({
    message: `${kept}\n  the local dev is another one: \`npm run -s slipway -- local down --stack dev\` removes it with its data, then run this again`,
  });
  const shrinks =
    "previewing dev failed:\n  database.size: must be at least db-s-1vcpu-2gb, which is deployed: the platform never makes a cluster smaller, restore a backup into a new one instead; got db-s-1vcpu-1gb";
  const smaller = printUp({ stack: "dev" }, local, () => Promise.reject(new LocalFault(shrinks)));
  await expect(smaller).rejects.toMatchObject({
    message: `${shrinks}\n  no dev can do that, here or on the platform: keep what is deployed, or restore a backup into a new one`,
  });
  const other = printUp({ stack: "dev" }, local, () => Promise.reject(new LocalFault("no room")));
  await expect(other).rejects.toThrow(new LocalFault("no room"));
});

test("another product's file gets the way out that formerName is not", async () => {
  const message =
    "bringing up staging failed:\n  stack staging has invalid settings:\n    product.formerName: must be tinkertools, by which the stack was made: without it no; it is not set";
  const run = (): Promise<UpReport> => Promise.reject(new LocalFault(message));
  await expect(printUp({ stack: "staging" }, local, run)).rejects.toMatchObject({
    message: `${message}\n  another product? \`npm run -s slipway -- local down --stack staging\` first, which removes the local staging of tinkertools with its data, or --stack-file with a file of tinkertools`,
  });
});

test("a database that does not answer is told of, unless the clouds were looked at", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const value = { shop: `postgresql://app:a@127.0.0.1:${port}/shop?sslmode=require` };
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const here = { ...local, home } as SessionContext;
  const dead = { ...report, failures: [], outputs: { databaseUrls: { value, secret: true } } };
  await printUp({ stack: "dev" }, here, async () => dead);
  expect(printed.split("\n").at(-2)).toBe(
    "warning: database shop does not answer at the printed address. Only settings were compared, not what the clouds hold: `npm run -s slipway -- local up --stack dev --refresh` looks, and makes again what is gone; then restore its backup",
  );
  printed = "";
  await printUp({ stack: "dev", json: true }, here, async () => dead);
  expect(JSON.parse(printed)).toMatchObject({ result: "succeeded", unanswered: ["shop"] });
  for (const options of [{ refresh: true }, { isPreview: true }]) {
    printed = "";
    await printUp({ stack: "dev", ...options }, here, async () => dead);
    expect(printed).not.toContain("does not answer");
  }
});
