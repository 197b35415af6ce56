import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

/** The steps whose scripts a test ran. */
const tried = new Set<string>();

/** Stands for the commands that a step calls: notes each call and prints what a test says for the first words that fit. */
const fake = (answers: Record<string, string>): string => `#!/bin/sh
echo "$(basename "$0") $*" | tr '\\n' ' ' >> calls.txt; echo >> calls.txt
case "$*" in
${Object.entries(answers)
  .map(([words, text]) => `*"${words}"*) ${/^exit \d+$/.test(text) ? text : `cat <<'END'\n${text}\nEND\n`};;`)
  .join("\n")}
*) ;;
esac
`;

/** Runs the script of a step as GitHub does; answers with its exit code, what it printed, and the calls that it made. */
function ran(
  place: string,
  environment: Record<string, string>,
  answers: Record<string, string> = {},
  ownNpm = false,
) {
  const script = steps.find((one) => one.place === place)?.step.run;
  if (script === undefined) throw new Error(`there is no step ${place}`);
  tried.add(place);
  const work = join(folder, "work");
  const bin = join(folder, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  for (const name of ["gh", "k6", ...(ownNpm ? [] : ["npm"])])
    writeFileSync(join(bin, name), fake(answers), { mode: 0o755 });
  rmSync(join(work, "calls.txt"), { force: true });
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    {
      cwd: work,
      encoding: "utf8",
      env: {
        HOME: folder,
        PATH: `${bin}:${dirname(process.execPath)}:${process.env["PATH"]}`,
        ...environment,
      },
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

test.each([
  ["10", "0", "XS"],
  ["4", "7", "S"],
  ["0", "250", "M"],
  ["500", "500", "L"],
  ["1", "1000", "XL"],
])("a pull request of %s and %s lines is labelled %s and nothing else", (added, deleted, size) => {
  const environment = { ADDED: added, DELETED: deleted, NUMBER: "7", GITHUB_REPOSITORY: "acme/shop" };
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

describe("the comment with the coverage", () => {
  const place = "product-checks.yml comment: Write the coverage into one comment";
  const environment = { NUMBER: "7", GITHUB_REPOSITORY: "acme/shop" };
  const comments = "repos/acme/shop/issues/7/comments";
  const measure = () => {
    const total = Object.fromEntries(
      ["lines", "branches", "functions"].map((name, index) => [name, { pct: 90 + index / 2 }]),
    );
    writeFileSync(join(folder, "work", "coverage-summary.json"), JSON.stringify({ total }));
  };

  test("is not written without a coverage", () => {
    const { status, calls } = ran(place, environment);
    expect([status, calls]).toEqual([0, []]);
  });

  test("is written once", () => {
    measure();
    const { status, calls, work } = ran(place, environment);
    expect([status, calls.at(-1)]).toEqual([0, "gh pr comment 7 --repo acme/shop --body-file comment.md"]);
    expect(readFileSync(join(work, "comment.md"), "utf8")).toBe(
      "<!-- coverage -->\nCoverage: lines 90 %, branches 90.5 %, functions 91 %\n",
    );
  });

  test("is edited from then on, and no other comment is", () => {
    measure();
    const { status, calls } = ran(place, environment, { [comments]: "41\n42" });
    expect([status, calls.at(-1)]).toEqual([
      0,
      "gh api --method PATCH repos/acme/shop/issues/comments/41 --field body=@comment.md",
    ]);
  });
});

test.each([
  ["test:coverage", "mine\n"],
  ["other", "jest --coverage --coverageReporters=json-summary --coverageReporters=text-summary\n"],
])("the tests of a product with the script %s write their coverage", (name, printed) => {
  const scripts = { [name]: "echo mine", test: "echo jest" };
  writeFileSync(join(folder, "work", "package.json"), JSON.stringify({ name: "shop", scripts }));
  const { status, stdout } = ran(
    "product-checks.yml test: Tests",
    { npm_config_loglevel: "error" },
    {},
    true,
  );
  expect([status, stdout.endsWith(printed)]).toEqual([0, true]);
});

test.each([
  ["product-checks.yml test: Lint", "lint"],
  ["product-checks.yml test: Types", "typecheck"],
  ["product-quality.yml e2e: Install browsers", "test:e2e:prepare"],
  ["product-quality.yml e2e: Test", "test:e2e"],
])("%s is the product's script %s, which may be missing but for its tests", (place, name) => {
  const environment = { E2E_BASE_URL: "https://shop.example" };
  const file = join(folder, "work", "package.json");
  const scripts = { [name]: 'echo "at $E2E_BASE_URL"' };
  writeFileSync(file, JSON.stringify({ name: "shop", scripts }));
  const { status, stdout } = ran(place, environment, {}, true);
  expect([status, stdout.endsWith("at https://shop.example\n")]).toEqual([0, true]);
  writeFileSync(file, JSON.stringify({ name: "shop", scripts: {} }));
  expect(ran(place, environment, {}, true).status).toBe(name === "test:e2e" ? 1 : 0);
});

test("an image is named in small letters, as a registry wants it", () => {
  const output = join(folder, "output.txt");
  writeFileSync(output, "");
  const environment = { GITHUB_REPOSITORY_OWNER: "AcMe", COMPONENT: "shop-api", GITHUB_OUTPUT: output };
  expect(ran("product-image.yml build: Name the image", environment).status).toBe(0);
  expect(readFileSync(output, "utf8")).toBe("name=ghcr.io/acme/shop-api\n");
});

test("what was built is proposed to the stack in the repository of the infrastructure", () => {
  const environment = {
    BASE: "develop",
    BUILT_COMMIT: "c".repeat(40),
    COMPONENT: "shop-api",
    DIGEST: `sha256:${"b".repeat(64)}`,
    INFRASTRUCTURE: "acme/slipway",
    STACK: "staging",
    VERSION: "1.4.2",
  };
  const place = "product-image.yml release: Open the release pull request, or bring it up to date";
  expect(ran(place, environment).calls).toEqual([
    `npm run -s slipway -- release propose --stack staging --digest shop-api=sha256:${"b".repeat(64)} --commit ${"c".repeat(40)} --release 1.4.2 --repository acme/slipway --base develop`,
  ]);
});

test.each([
  ["true", " --dry-run"],
  ["", " --dry-run"],
  ["false", ""],
])("old images are deleted only where it is not dry: %j", (isDry, option) => {
  const environment = { STACK: "production", DAYS: "90", IS_DRY: isDry };
  expect(ran("product-images-retention.yml prune: Delete what no release names", environment).calls).toEqual([
    `npm run -s slipway -- release prune --stack production --days 90${option}`,
  ]);
});

test("the load is measured at the product's address, by the product's script", () => {
  const environment = { BASE_URL: "https://shop.example", SCRIPT: "k6/load test.js" };
  expect(ran("product-quality.yml load: Measure", environment).calls).toEqual([
    "k6 run --summary-export k6.json k6/load test.js",
  ]);
});

test("the results of all three are put on the release, also where a measurement left none", () => {
  const environment = {
    BASE_URL: "https://shop.example",
    E2E: "success",
    LIGHTHOUSE: "failure",
    LOAD: "skipped",
    TAG: "v1.4.2",
    GITHUB_REPOSITORY: "acme/shop",
  };
  const { status, calls, work } = ran("product-quality.yml results: Add them", environment);
  expect([status, calls]).toEqual([
    0,
    ["gh release upload v1.4.2 quality.tar.gz --repo acme/shop --clobber"],
  ]);
  const options = ["--extract", "--to-stdout", "--file", "quality.tar.gz", "results/outcome.txt"];
  expect(spawnSync("tar", options, { cwd: work, encoding: "utf8" }).stdout).toBe(
    "https://shop.example\nEnd to end: success\nLighthouse: failure\nLoad: skipped\n",
  );
});

test.each([
  [3, "false", 0],
  [3, "true", 3],
  [1, "false", 1],
  [0, "true", 0],
])(
  "a promotion that ends with %i, asked for by hand: %s, ends its workflow with %i",
  (code, isAsked, status) => {
    const place = "promote.yml promote: Open the pull request, or bring it up to date";
    expect(ran(place, { IS_ASKED: isAsked }, { promote: `exit ${code}` })).toMatchObject({ status });
  },
);

describe("a deployment", () => {
  const environment = { STACK: "staging", GITHUB_REPOSITORY: "acme/shop", SHA: "abc" };
  const slipway = "npm run -s slipway --";

  test.each([
    ["", ""],
    ["staging", " --from-file Pulumi.staging.yaml"],
  ])("begins with what came from %j", (from, option) => {
    for (const stack of ["staging", "production"])
      expect(ran(`deploy-${stack}.yml deploy: Begin`, { STACK: stack, FROM: from }).calls).toEqual([
        `${slipway} release begin --stack ${stack}${option}`,
      ]);
  });

  test("is guarded against what its pull request showed", () => {
    const answers = {
      "commits/abc/pulls": "12",
      "pulls/12": "def",
      "run list": "99",
    };
    const { status, calls } = ran("deploy-staging.yml deploy: Guard", environment, answers);
    expect(status).toBe(0);
    expect(calls).toEqual([
      "gh api repos/acme/shop/commits/abc/pulls --jq [.[] | select(.merged_at != null)][0].number // empty",
      "gh api repos/acme/shop/pulls/12 --jq .head.sha",
      "gh run list --workflow preview.yml --commit def --limit 1 --json databaseId --jq .[0].databaseId",
      "gh run download 99 --name preview-staging --dir reviewed",
      `${slipway} guard --preview staging=preview.json --plan staging=plan.json --pull acme/shop#12 --reviewed staging=reviewed/preview.json`,
    ]);
  });

  test("that came by no pull request is guarded by itself, and one whose preview is gone is refused", () => {
    expect(ran("deploy-production.yml deploy: Guard", environment).calls.at(-1)).toBe(
      `${slipway} guard --preview staging=preview.json --plan staging=plan.json`,
    );
    const answers = { "commits/abc/pulls": "12", "run download": "exit 1" };
    const { status, calls } = ran("deploy-production.yml deploy: Guard", environment, answers);
    expect([status, calls.filter((call) => call.startsWith("npm"))]).toEqual([1, []]);
  });

  test.each([
    ["branch", "main", "", 0],
    ["branch", "main", "1.4.2", 0],
    ["tag", "v1.4.2", "", 0],
    ["tag", "v1.4.20", "", 1],
    ["branch", "main", "1.4", 1],
  ])("by the %s %s with version %j ends with %i", (type, name, asked, status) => {
    const answers = { plan: JSON.stringify({ stacks: [{ outputs: { release: { version: "1.4.2" } } }] }) };
    const place = "deploy-production.yml version: Compare with the stack file";
    const result = ran(place, { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name, ASKED: asked }, answers);
    const wanted = asked || name.slice(1);
    expect([result.status, result.stdout]).toEqual([
      status,
      status === 0
        ? ""
        : `Pulumi.production.yaml must name version ${wanted}: merge its promotion first; it names 1.4.2\n`,
    ]);
  });

  test("by a tag makes the release at GitHub", () => {
    const place = "deploy-production.yml announce: Make the release";
    expect(ran(place, { GITHUB_REF_NAME: "v1.4.2", GITHUB_REPOSITORY: "acme/shop" }).calls).toEqual([
      "gh release create v1.4.2 --repo acme/shop --verify-tag --generate-notes",
    ]);
  });
});

describe("the report of a pull request", () => {
  const made = (...names: string[]) => {
    for (const name of names) {
      mkdirSync(join(folder, "work", "made", name), { recursive: true });
      writeFileSync(join(folder, "work", "made", name, `${name.split("-")[0]}.json`), "{}");
    }
  };
  const reported = (isFork: string) =>
    ran("preview.yml report: Report", {
      IS_FORK: isFork,
      PULL: "acme/shop#12",
      GITHUB_STEP_SUMMARY: "summary.md",
    }).calls.map((call) => call.replace("npm run -s slipway -- report ", ""));
  const staging = "--plan staging=made/plan-staging/plan.json";

  test("is judged by the stack files of the base branch", () => {
    made("plan-staging");
    mkdirSync(join(folder, "work", "base"));
    writeFileSync(join(folder, "work", "base", "Pulumi.staging.yaml"), "{}");
    expect(reported("true").at(-1)).toBe(
      `--stack-file staging=base/Pulumi.staging.yaml ${staging} --summary summary.md --output report.md`,
    );
  });

  test("is of what was made, and posted", () => {
    made("plan-staging", "preview-staging");
    const all = `${staging} --preview staging=made/preview-staging/preview.json`;
    expect(reported("false")).toEqual([
      `${all} --format html --output report.html`,
      `${all} --post acme/shop#12 --summary summary.md --output report.md`,
    ]);
  });

  test("of a fork is of the plans, and not posted", () => {
    made("plan-staging");
    expect(reported("true").at(-1)).toBe(`${staging} --summary summary.md --output report.md`);
  });
});

test("the rehearsal shows its report, and keeps one issue open", () => {
  const summary = join(folder, "summary.md");
  writeFileSync(summary, "");
  const environment = { GITHUB_STEP_SUMMARY: summary };
  expect(ran("rehearsal.yml rehearse: Rehearse", environment, { "local rehearse": "passed" }).status).toBe(0);
  expect(readFileSync(summary, "utf8")).toBe("passed\n");
  const remind = { GITHUB_REPOSITORY: "acme/shop", GITHUB_SERVER_URL: "https://github.example", RUN: "9" };
  const place = "rehearsal.yml remind: Keep one issue open";
  const first = ran(place, { ...remind, RESULT: "success" });
  expect(first.calls.at(-1)).toBe(
    "gh issue create --repo acme/shop --title Rehearse the recovery --body-file issue.md",
  );
  expect(readFileSync(join(first.work, "issue.md"), "utf8")).toContain(
    "ended with **success**: https://github.example/acme/shop/actions/runs/9\n",
  );
  expect(ran(place, { ...remind, RESULT: "failure" }, { "issue list": "5" }).calls.at(-1)).toBe(
    "gh issue edit 5 --repo acme/shop --body-file issue.md",
  );
});

test("the drill shows its report where there is one", () => {
  const summary = join(folder, "summary.md");
  writeFileSync(summary, "");
  const place = "restore-drill.yml drill: Show the report";
  expect(ran(place, { GITHUB_STEP_SUMMARY: summary }).status).toBe(0);
  mkdirSync(join(folder, "work", "drill-report"));
  writeFileSync(join(folder, "work", "drill-report", "drill.md"), "passed\n");
  expect(ran(place, { GITHUB_STEP_SUMMARY: summary }).status).toBe(0);
  expect(readFileSync(summary, "utf8")).toBe("passed\n");
});

test("these steps run nowhere but at GitHub, and every other one is run or parsed by a test", () => {
  const elsewhere: Record<string, string> = {
    "restore-drill.yml drill: Start a scratch server of the major version that the image dumps with":
      "it installs packages of the runner's system, as root",
  };
  // Their options are compared with those of the command, in this file and in workflows.test.ts.
  const isParsed = (script: string): boolean =>
    /^(npm (ci|test|run check)\b|npm run -s slipway -- |pulumi (preview|up) )[^\n|;]*$/.test(
      script.replace(/\\\n\s*/g, " ").trim(),
    );
  const rest = steps.filter(
    ({ place, step: { run } }) => run !== undefined && !tried.has(place) && !isParsed(run),
  );
  expect(rest.map(({ place }) => place)).toEqual(Object.keys(elsewhere));
});

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
    expect([...new Set(found)].sort()).toEqual(["gh", "node", "npm", "pulumi"]);
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
