import { describe, expect, test } from "@jest/globals";
import { differencesAbout } from "../../../operations/report/about.ts";
import { reportMarkdown } from "../../../operations/report/markdown.ts";
import { reportOf, stackOf, step, types } from "./support.ts";

describe("a weakening shows only the properties that it is about", () => {
  const paths = [
    "spec.databases[db]",
    "spec.workers[backup-worker-2]",
    "spec.workers[backup-worker].envs[A].value",
    "spec.services[api].instanceSizeSlug",
    "spec.services[api].image.digest",
    "spec.maintenance.archive",
    "rules[0].value",
    "rules[1].value",
    "name",
  ];
  const differences = paths.map((path) => ({
    path,
    before: `was-${path}`,
    after: `is-${path}`,
    replaces: false,
  }));
  test.each<[string, string[], string, string[]]>([
    ["a part by its whole name", ["spec"], "has the worker backup-worker-2 no more", [paths[1] ?? ""]],
    ["a variable of a part", ["spec"], "shows the secret A of backup-worker to all", [paths[2] ?? ""]],
    ["a part by its value", ["spec"], `takes it out of api: was-${paths[4]} → nothing`, [paths[4] ?? ""]],
    ["a part as a whole", ["spec"], "runs api from elsewhere", paths.slice(3, 5)],
    ["a mark of the app", ["spec"], "is taken off the net (maintenance.archive)", [paths[5] ?? ""]],
    ["the elements of a list without names", ["rules"], "takes logins from everywhere", paths.slice(6, 8)],
    ["all of an input that it says no more of", ["spec"], "gets what nobody knows", paths.slice(0, 6)],
    ["nothing where its input does not differ", ["protect"], "is protected no more", []],
  ])("%s", (_, inputs, reason, shown) => {
    expect(differencesAbout({ inputs, reason }, differences).map(({ path }) => path)).toEqual(shown);
  });
});

test("what else changes of a weakened resource is folded with the other changes", () => {
  const workers = (...names: string[]) => names.map((name) => ({ name }));
  const before = { spec: { region: "nyc", workers: workers("backup-worker", "backup-worker-2") } };
  const after = { spec: { region: "fra", workers: workers("backup-worker") } };
  const text = reportMarkdown(reportOf(stackOf([step("update", types.app, "shop", before, after)])));
  const [head = "", folded = ""] = text.split("<details>");
  expect(head).toContain(
    [
      "**production** would weaken:",
      "",
      "- **weaken** `App` `shop`: the app shop has the worker backup-worker-2 no more",
      '  - `spec.workers[backup-worker-2]`: `{"name":"backup-worker-2"}` is taken out',
      "  - instead: slipway makes it by itself, one for each owner in database.databases: keep the owner and backups.schedule; where its databases are to go, back them up first",
      "",
    ].join("\n"),
  );
  expect(folded).toContain("- \\~ update `App` `shop`\n  - `spec.region`: `nyc` → `fra`\n");
});

test("a database and a login that would go are told by the names that people know", () => {
  const gone = (type: string, name: string) =>
    step("delete", `digitalocean:index/database${type}:Database${type}`, `shop-db-${name}`, { name });
  const { losses } = stackOf([gone("Db", "catalogue"), gone("User", "catalogue_app")]);
  expect(losses.map(({ reason }) => reason)).toEqual([
    "deletes the database catalogue (shop-db-catalogue): its tables are lost",
    "deletes the database's login catalogue_app (shop-db-catalogue_app): everybody who uses it is shut out, and what it owns has no owner",
  ]);
});
