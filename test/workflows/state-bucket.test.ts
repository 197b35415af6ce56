import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { statePolicy } from "../../components/deploy-environment.state.ts";
import { AwsBench, installLimit } from "../support/local-aws.ts";

/** One thing that was asked of the bucket, in the words of IAM; of a list the prefix. */
interface Asked {
  action: string;
  key: string;
}

const bench = new AwsBench();
const [bucket, prefix] = ["acme-state", "teams/shop"];
const asked = new Map<string, Asked[]>();
const stuck = `${prefix}/.pulumi/locks/organization/slipway/production/stuck.json`;

// The engine keeps a state in the bucket, and the journal of the local S3 says what it asks for.
beforeAll(async () => {
  await bench.start();
  await bench.s3().createBucket({ Bucket: bucket });
  const work = join(bench.directory, "work");
  mkdirSync(work);
  const place = `endpoint=${new URL(bench.url).host}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1`;
  const program = fileURLToPath(new URL("./state-engine.ts", import.meta.url));
  const engine = fork(program, [work, `s3://${bucket}/${prefix}?${place}`], { execArgv: [] });
  const ended = once(engine, "exit");
  const faults: string[] = [];
  engine.on("message", async ({ name, fault }: { name: string; fault?: string }) => {
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
    asked.set(
      name,
      bench.journal.records.flatMap(({ method, path }) => askedBy(method, path)),
    );
    // A run that was killed leaves its lock.
    if (name === "up") await bench.s3().putObject({ Bucket: bucket, Key: stuck, Body: "{}" });
    bench.journal.records.length = 0;
    engine.send("on");
  });
  expect([await ended, faults]).toEqual([[0, null], []]);
}, installLimit);
afterAll(() => bench.remove());

function askedBy(method: string, path: string): Asked[] {
  const url = new URL(path, "http://localhost");
  const key = decodeURIComponent(url.pathname).slice(`/${bucket}/`.length);
  if (key === "") return [{ action: "s3:ListBucket", key: url.searchParams.get("prefix") ?? "" }];
  // S3 tells that something is not there only to who may list it: with this key as the prefix.
  if (["GET", "HEAD"].includes(method))
    return [
      { action: "s3:GetObject", key },
      { action: "s3:ListBucket", key },
    ];
  return [{ action: method === "DELETE" ? "s3:DeleteObject" : "s3:PutObject", key }];
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: { StringLike: { "s3:prefix": string[] } };
}

/** Whether a policy that only allows allows this. */
function allows(policy: string, { action, key }: Asked): boolean {
  const fits = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
  const resource = `arn:aws:s3:::${bucket}${action === "s3:ListBucket" ? "" : `/${key}`}`;
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === "Allow" &&
      [Action].flat().includes(action) &&
      [Resource].flat().some((one) => fits(one, resource)) &&
      (Condition?.StringLike["s3:prefix"].some((one) => fits(one, key)) ?? true),
  );
}

const of = { bucket, prefix, project: "slipway", stack: "production" };
const refused = (policy: string, ...operations: string[]): Asked[] =>
  operations.flatMap((name) => asked.get(name) ?? []).filter((one) => !allows(policy, one));

test("a preview asks for nothing that the roles which read may not do", () => {
  expect((asked.get("preview") ?? []).length).toBeGreaterThan(5);
  expect(refused(statePolicy(of, false), "preview")).toEqual([]);
});

test("a run and the end of a lock ask for nothing that a deployment may not do", () => {
  expect(asked.get("cancel")).toContainEqual({ action: "s3:DeleteObject", key: stuck });
  expect(refused(statePolicy(of, true), "preview", "up", "cancel")).toEqual([]);
});

test("every right of a deployment is one that a run asks for", () => {
  const used = [...asked.values()].flat();
  const { Statement: statements } = JSON.parse(statePolicy(of, true)) as { Statement: Statement[] };
  const idle = statements.flatMap(({ Action, Resource, ...rest }) =>
    [Resource].flat().flatMap((resource) => {
      const one = JSON.stringify({ Statement: [{ Action, Resource: resource, ...rest }] });
      return used.some((ask) => allows(one, ask)) ? [] : [`${Action} ${resource}`];
    }),
  );
  expect(idle).toEqual([]);
});

test("a role that reads may not run, and none may do so for another stack", () => {
  expect(refused(statePolicy(of, false), "up").map(({ action }) => action)).toContain("s3:PutObject");
  const other = statePolicy({ ...of, stack: "staging" }, true);
  expect(refused(other, "preview").map(({ key }) => key)).toContain(
    `${prefix}/.pulumi/stacks/slipway/production.json`,
  );
});
