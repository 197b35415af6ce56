import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { findEngine } from "../../local/engine/find.ts";
import { cacheDirectory } from "../../local/home.ts";
import { jobs, steps, workflows } from "./files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-steps-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(join(folder, "work"), { recursive: true, force: true });
  mkdirSync(join(folder, "work"), { recursive: true });
});

/** Stands for the commands that a step calls: notes each call and prints what a test says for the first words that fit. */
const fake = (answers: Record<string, string>): string => `#!/bin/sh
echo "$(basename "$0") $*" | tr '\\n' ' ' >> calls.txt; echo >> calls.txt
case "$*" in
${Object.entries(answers)
  .map(([words, text]) => `*"${words}"*) cat <<'END'\n${text}\nEND\n;;`)
  .join("\n")}
*) ;;
esac
`;

/** Runs the script of a step as GitHub does; answers with its exit code, what it printed, and the calls that it made. */
function ran(place: string, environment: Record<string, string>, answers: Record<string, string> = {}) {
  const script = steps.find((one) => one.place === place)?.step.run;
  if (script === undefined) throw new Error(`there is no step ${place}`);
  const work = join(folder, "work");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["gh", "k6"]) {
    writeFileSync(join(bin, name), fake(answers));
    chmodSync(join(bin, name), 0o755);
  }
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    {
      cwd: work,
      encoding: "utf8",
      env: { PATH: `${bin}:${process.env["PATH"]}`, ...environment },
    },
  );
  const file = join(work, "calls.txt");
  const calls = existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
    : [];
  return { status, stdout, stderr, calls, work };
}

describe("the retention of images", () => {
  const place = "product-images-retention.yml prune: Delete what no release names";
  const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const environment = {
    GITHUB_REPOSITORY: "acme/shop",
    INFRASTRUCTURE: "acme/slipway",
    COMPONENT: "shop-api",
    OWNER: "acme",
    DAYS: "90",
    IS_DRY: "false",
  };
  const old = "2020-01-01T00:00:00Z";
  const versions = [
    ["1", digest("a"), old],
    ["2", digest("b"), old],
    ["3", digest("c"), "2999-01-01T00:00:00Z"],
    ["4", digest("d"), old],
  ]
    .map((row) => row.join("\t"))
    .join("\n");
  const records = (letter: string) => JSON.stringify({ components: { api: { digest: digest(letter) } } });
  const answers = {
    "repos/acme/shop/deployments": records("a"),
    "repos/acme/slipway/deployments": records("d"),
    "versions?per_page": versions,
  };

  test("deletes what is old and in no record of either repository, and nothing else", () => {
    const { status, stdout, calls } = ran(place, environment, answers);
    expect([status, stdout]).toEqual([0, `${digest("b")} of ${old}\n`]);
    expect(calls.filter((call) => call.includes("DELETE"))).toEqual([
      "gh api --method DELETE orgs/acme/packages/container/shop-api/versions/2",
    ]);
  });

  test("only says so while it is dry", () => {
    const { status, stdout, calls } = ran(place, { ...environment, IS_DRY: "true" }, answers);
    expect([status, stdout]).toEqual([0, `${digest("b")} of ${old}\n`]);
    expect(calls.filter((call) => call.includes("DELETE"))).toEqual([]);
  });

  test("deletes nothing where no record can be read", () => {
    const { status, stdout, calls } = ran(place, environment, { "versions?per_page": versions });
    expect([status, stdout]).toEqual([1, "no recorded release names an image: nothing is deleted\n"]);
    expect(calls.filter((call) => call.includes("versions"))).toEqual([]);
  });
});

test.each([
  ["10", "XS"],
  ["11", "S"],
  ["250", "M"],
  ["1000", "L"],
  ["1001", "XL"],
])("a pull request of %s lines is labelled %s and nothing else", (lines, size) => {
  const environment = { LINES: lines, NUMBER: "7", GITHUB_REPOSITORY: "acme/shop" };
  const { status, calls } = ran("product-checks.yml comment: Label the size", environment);
  expect(status).toBe(0);
  const edits = calls.filter((call) => call.startsWith("gh pr edit"));
  expect(edits.at(-1)).toBe(`gh pr edit 7 --repo acme/shop --add-label size/${size}`);
  expect(edits.slice(0, -1).map((call) => call.split("size/")[1])).toEqual(
    ["XS", "S", "M", "L", "XL"].filter((one) => one !== size),
  );
});

test("Lighthouse gets one address a line, without empty ones", () => {
  const output = join(folder, "output.txt");
  writeFileSync(output, "");
  const environment = { BASE_URL: "https://shop.example", PAGES: "/\n\n/items\n", GITHUB_OUTPUT: output };
  expect(ran("product-quality.yml lighthouse: List the addresses", environment).status).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(
    "urls<<end-of-addresses\nhttps://shop.example/\nhttps://shop.example/items\nend-of-addresses\n",
  );
});

test("without a coverage no comment is written", () => {
  const { status, calls } = ran("product-checks.yml comment: Write the coverage into one comment", {
    NUMBER: "7",
  });
  expect([status, calls]).toEqual([0, []]);
});

test.each([
  [3, "false", 0],
  [3, "true", 3],
  [1, "false", 1],
  [0, "true", 0],
])(
  "a promotion that ends with %i, asked for by hand: %s, ends its workflow with %i",
  (code, isAsked, status) => {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "npm"), `#!/bin/sh\necho promoted\nexit ${code}\n`);
    chmodSync(join(bin, "npm"), 0o755);
    const place = "promote.yml promote: Open the pull request, or bring it up to date";
    expect(ran(place, { IS_ASKED: isAsked })).toMatchObject({ status, stdout: "promoted\n" });
    rmSync(join(bin, "npm"));
  },
);

describe("what docs/workflows.md says to products", () => {
  const text = readFileSync(new URL("../../docs/workflows.md", import.meta.url), "utf8");
  const products = workflows.filter(({ file }) => file.startsWith("product-"));
  interface Call {
    inputs?: Record<string, { required?: boolean }>;
  }
  const inputsOf = (file: string) =>
    (workflows.find((one) => one.file === file)?.on["workflow_call"] as Call | undefined)?.inputs ?? {};

  test("are the inputs and secrets of the workflows, none more and none less", () => {
    const rows = products.map(({ file, text: workflow }) => {
      const inputs = Object.entries(inputsOf(file)).map(
        ([name, { required }]) => `\`${name}\`${required ? "" : "?"}`,
      );
      const secrets = [
        ...new Set([...workflow.matchAll(/secrets\.(\w+)/g)].map(([, name]) => `\`${name}\``)),
      ].sort();
      return `| \`${file.replace(".yml", "")}\` | ${inputs.join(", ")} | ${secrets.join(", ") || "none"} |`;
    });
    const table = text.split("\n").filter((line) => line.startsWith("| `product-"));
    expect(table).toEqual(rows);
  });

  test("is an example that gives what is required, nothing that is not there, and the rights that the jobs want", () => {
    const [, example = ""] = /```yaml\n(jobs:[\s\S]*?)```/.exec(text) ?? [];
    const calls = Object.values(
      parse(example).jobs as Record<
        string,
        { uses: string; with?: object; permissions: Record<string, string> }
      >,
    );
    expect(calls).toHaveLength(3);
    for (const { uses, with: given = {}, permissions } of calls) {
      const file = /workflows\/([\w-]+\.yml)@/.exec(uses)?.[1] ?? "";
      const inputs = inputsOf(file);
      expect(Object.keys(given).filter((name) => !(name in inputs))).toEqual([]);
      const required = Object.entries(inputs).flatMap(([name, one]) => (one.required ? [name] : []));
      expect(required.filter((name) => !(name in given))).toEqual([]);
      const wanted = new Map<string, string>();
      for (const { workflow, job } of jobs)
        if (workflow.file === file)
          for (const [scope, right] of Object.entries(job.permissions ?? {}))
            if (wanted.get(scope) !== "write") wanted.set(scope, right);
      expect(permissions).toEqual(Object.fromEntries(wanted));
    }
  });
});

describe("the scripts of this repository's workflows", () => {
  const own = steps.filter(
    ({ workflow, step }) => !workflow.file.startsWith("product-") && step.run !== undefined,
  );
  const lines = own.flatMap(({ place, step }) =>
    (step.run ?? "")
      .replace(/\\\n\s*/g, " ")
      .split("\n")
      .map((line) => ({ place, line: line.trim() })),
  );

  test("call these programs and no other", () => {
    const found = lines.flatMap(
      ({ line }) =>
        /^(?:\w+=\$\()?(npm|npx|node|pulumi|gh|git|docker|curl|jq|pg_\w+|psql)\b/.exec(line)?.[1] ?? [],
    );
    expect([...new Set(found)].sort()).toEqual(["gh", "npm", "pulumi"]);
  });

  test("call npm by scripts that are there", () => {
    const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const called = lines.flatMap(({ line }) =>
      [...line.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name),
    );
    expect([...new Set(called)].filter((name) => scripts[name ?? ""] === undefined)).toEqual([]);
  });

  test("call Pulumi by options that its command has", async () => {
    const engine = await findEngine(cacheDirectory());
    const calls = lines.flatMap(
      ({ line }) => /pulumi ((?:stack )?[a-z]+) (.*)/.exec(line)?.slice(1, 3) ?? [],
    );
    const wanted = new Map<string, Set<string>>();
    for (let index = 0; index < calls.length; index += 2) {
      const options = [...(calls[index + 1] ?? "").matchAll(/ ?(--[a-z-]+)/g)].map(([, one = ""]) => one);
      wanted.set(calls[index] ?? "", new Set([...(wanted.get(calls[index] ?? "") ?? []), ...options]));
    }
    expect([...wanted.keys()].sort()).toEqual(["preview", "up"]);
    for (const [command, options] of wanted) {
      const { stdout } = spawnSync(engine?.command ?? "pulumi", [...command.split(" "), "--help"], {
        encoding: "utf8",
        env: { ...process.env, PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
      });
      expect([...options].filter((one) => !new RegExp(`(^|\\s)${one}\\b`, "m").test(stdout))).toEqual([]);
    }
  });
});
