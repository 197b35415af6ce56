import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { program } from "../../cli/program.ts";
import { quiet } from "../support/quiet.ts";
import { jobs, slipwayCalls, steps, workflows } from "./files.ts";

/** Inputs and outputs of each action at its commit, as its action.yml there says. */
const actions: Record<string, { inputs: string[]; outputs: string[]; required: string[] }> = JSON.parse(
  readFileSync(new URL("./action-inputs.json", import.meta.url), "utf8"),
);

const places = (found: readonly { place: string }[]): string[] => found.map(({ place }) => place);
const own = workflows.filter(({ file }) => !file.startsWith("product-"));

test("these are the workflows", () => {
  expect(workflows.map(({ file }) => file)).toEqual([
    "backup-watch.yml",
    "checks.yml",
    "configuration-backup.yml",
    "deploy-production.yml",
    "deploy-staging.yml",
    "drift.yml",
    "preview.yml",
    "product-checks.yml",
    "product-image.yml",
    "product-images-retention.yml",
    "product-quality.yml",
    "promote.yml",
    "rehearsal.yml",
    "restore-drill.yml",
    "secrets-age.yml",
    "verify.yml",
  ]);
});

describe("every workflow", () => {
  test("starts without a permission, and each job names its own", () => {
    expect(workflows.filter(({ permissions }) => JSON.stringify(permissions) !== "{}")).toEqual([]);
    expect(places(jobs.filter(({ job }) => job.permissions === undefined))).toEqual([]);
  });

  test("writes only where it must", () => {
    const writes = jobs.flatMap(({ place, job }) =>
      Object.entries(job.permissions ?? {})
        .filter(([, right]) => right !== "read")
        .map(([scope, right]) => `${place} ${scope}: ${right}`),
    );
    expect(writes).toEqual([
      "backup-watch.yml watch id-token: write",
      "backup-watch.yml watch issues: write",
      "checks.yml codeql security-events: write",
      "configuration-backup.yml save id-token: write",
      "deploy-production.yml deploy contents: write",
      "deploy-production.yml deploy deployments: write",
      "deploy-production.yml deploy id-token: write",
      "deploy-production.yml deploy pull-requests: write",
      "deploy-production.yml announce contents: write",
      "deploy-staging.yml deploy contents: write",
      "deploy-staging.yml deploy deployments: write",
      "deploy-staging.yml deploy id-token: write",
      "deploy-staging.yml deploy pull-requests: write",
      "drift.yml drift id-token: write",
      "drift.yml drift issues: write",
      "preview.yml preview id-token: write",
      "preview.yml report pull-requests: write",
      "product-checks.yml comment pull-requests: write",
      "product-checks.yml codeql security-events: write",
      "product-checks.yml vulnerabilities security-events: write",
      "product-image.yml build attestations: write",
      "product-image.yml build id-token: write",
      "product-image.yml build packages: write",
      "product-image.yml build security-events: write",
      "product-images-retention.yml prune packages: write",
      "product-quality.yml results contents: write",
      "rehearsal.yml remind issues: write",
      "restore-drill.yml drill id-token: write",
    ]);
  });

  test("never runs with the rights of the base for a foreign pull request, nor after one that did", () => {
    expect(
      workflows.filter(({ on }) =>
        ["pull_request_target", "workflow_run", "issue_comment"].some((one) => one in on),
      ),
    ).toEqual([]);
  });

  test("pins each action by commit, with its version beside it, one commit for each", () => {
    const uses = workflows.flatMap(({ file, text }) =>
      [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, one = ""]) => ({ file, one })),
    );
    expect(uses.length).toBeGreaterThan(40);
    expect(uses.filter(({ one }) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/.test(one))).toEqual([]);
    const pins = new Map<string, Set<string>>();
    for (const { one } of uses) {
      const [repository = "", pin = ""] = one.split("@");
      const name = repository.split("/").slice(0, 2).join("/");
      pins.set(name, (pins.get(name) ?? new Set()).add(pin));
    }
    expect([...pins].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  test("gives each action what its action.yml knows at that commit, all that it wants, and reads what it gives", () => {
    const called = steps.flatMap((one) =>
      one.step.uses === undefined ? [] : [{ ...one, uses: one.step.uses }],
    );
    expect(Object.keys(actions).sort()).toEqual([...new Set(called.map(({ uses }) => uses))].sort());
    const faults = called.flatMap(({ place, job, uses, step }) => {
      const { inputs = [], outputs = [], required = [] } = actions[uses] ?? {};
      const given = Object.keys(step.with ?? {});
      const id = (step as { id?: string }).id;
      const read = [...JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
      return [
        ...given.filter((name) => !inputs.includes(name)).map((name) => `${place}: no input ${name}`),
        ...required.filter((name) => !given.includes(name)).map((name) => `${place}: lacks ${name}`),
        ...read
          .filter(([, from, name = ""]) => from === id && !outputs.includes(name))
          .map(([, , name]) => `${place}: no output ${name}`),
      ];
    });
    expect(faults).toEqual([]);
  });

  test("puts nothing into a script that GitHub fills in", () => {
    expect(places(steps.filter(({ step }) => step.run?.includes("${{")))).toEqual([]);
  });

  test("keeps the token out of the clone, ends in time, and runs on a fixed system", () => {
    const clones = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(clones.length).toBeGreaterThan(15);
    expect(places(clones.filter(({ step }) => step.with?.["persist-credentials"] !== false))).toEqual([]);
    expect(places(jobs.filter(({ job }) => !(Number(job["timeout-minutes"]) <= 120)))).toEqual([]);
    expect(places(jobs.filter(({ job }) => job["runs-on"] !== "ubuntu-24.04"))).toEqual([]);
  });

  test("holds no key of AWS, and sees secrets only in an environment", () => {
    expect(workflows.filter(({ text }) => /AWS_(SECRET_)?ACCESS_KEY|AKIA[0-9A-Z]{16}/.test(text))).toEqual(
      [],
    );
    const withSecrets = jobs.filter(({ job }) => JSON.stringify(job).includes("secrets."));
    expect(withSecrets.length).toBeGreaterThan(6);
    expect(places(withSecrets.filter(({ job }) => job.environment === undefined))).toEqual([]);
  });

  test("installs packages without running their scripts", () => {
    const installs = steps.filter(({ step }) => /npm (ci|install)/.test(step.run ?? ""));
    expect(places(installs.filter(({ step }) => !step.run?.includes("--ignore-scripts")))).toEqual([]);
  });
});

describe("the workflows of this repository", () => {
  test("wait for each other where they do the same", () => {
    expect(own.filter(({ concurrency }) => concurrency === undefined)).toEqual([]);
    const cancelling = own.filter(({ concurrency }) => concurrency?.["cancel-in-progress"]);
    expect(cancelling.map(({ file }) => file)).toEqual(["checks.yml", "preview.yml"]);
  });

  test("take one role for each environment and operation, and only a deployment takes one that changes something", () => {
    const taking = jobs.filter(({ job }) => job.steps?.some(({ uses }) => uses?.startsWith("aws-actions/")));
    expect(taking.map(({ place, job }) => `${place}: ${job.environment}`)).toEqual([
      "backup-watch.yml watch: ${{ matrix.stack }}-preview",
      "configuration-backup.yml save: ${{ matrix.stack }}-preview",
      "deploy-production.yml deploy: production",
      "deploy-staging.yml deploy: staging",
      "drift.yml drift: ${{ matrix.stack }}-preview",
      "preview.yml preview: ${{ matrix.stack }}-preview",
      "restore-drill.yml drill: production-drill",
    ]);
    const roles = taking.flatMap(({ job }) => (job.steps ?? []).map((step) => step.with?.["role-to-assume"]));
    expect(new Set(roles.filter((role) => role !== undefined))).toEqual(
      new Set(["${{ vars.AWS_ROLE_ARN }}"]),
    );
  });

  test("bring up only what the gates let through, by the plan that was guarded", () => {
    for (const stack of ["staging", "production"]) {
      const deploy = workflows.find(({ file }) => file === `deploy-${stack}.yml`)?.jobs["deploy"];
      expect(deploy?.environment).toBe(stack);
      const order = (deploy?.steps ?? []).flatMap(({ run = "" }) =>
        [
          /release begin/,
          /--save-plan/,
          / guard /,
          /pulumi up .*--plan/,
          /--expect-no-changes/,
          /release verify/,
        ]
          .filter((one) => one.test(run))
          .map(String),
      );
      expect(order).toEqual([
        "/release begin/",
        "/--save-plan/",
        "/ guard /",
        "/pulumi up .*--plan/",
        "/--expect-no-changes/",
        "/release verify/",
      ]);
    }
  });

  test("deploy staging and production in the same steps", () => {
    const [production, staging] = ["production", "staging"].map(
      (stack) => workflows.find(({ file }) => file === `deploy-${stack}.yml`)?.jobs["deploy"]?.steps,
    );
    expect(production).toEqual(staging);
  });

  test("show secrets to no fork: its pull request gets the plan and the report in the summary", () => {
    const preview = workflows.find(({ file }) => file === "preview.yml");
    expect(preview?.jobs["preview"]?.if).toBe(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
    const others = Object.entries(preview?.jobs ?? {}).filter(([id]) => id !== "preview");
    expect(others.filter(([, job]) => JSON.stringify(job).includes("secrets."))).toEqual([]);
  });

  test("never print a secret's value, nor keep a saved plan, which holds credentials", () => {
    expect(workflows.filter(({ text }) => text.includes("--show-secrets"))).toEqual([]);
    const kept = steps.filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"));
    expect(
      kept.map(({ step }) => step.with?.["path"]).filter((path) => String(path).includes("saved-plan")),
    ).toEqual([]);
  });
});

describe("every call of slipway in a workflow", () => {
  test.each(slipwayCalls.map(({ place, args }) => [args.join(" "), place, args] as const))(
    "slipway %s is a command (%s)",
    async (_text, _place, args) => {
      const command = await program(args);
      const ran: string[] = [];
      quiet(command, ran);
      await command.parseAsync(args, { from: "user" });
      expect(ran).toEqual([args.slice(0, ran[0]?.split(" ").length).join(" ")]);
    },
  );

  test("is told from one that is none", async () => {
    const wrong = ["drift", "--stack", "staging", "--issu", "acme/shop"];
    const command = await program(wrong);
    quiet(command, []);
    await expect(command.parseAsync(wrong, { from: "user" })).rejects.toThrow("unknown option '--issu'");
  });
});
