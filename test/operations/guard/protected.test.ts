import { describe, expect, test } from "@jest/globals";
import { GateSettings } from "../../../components/gate.settings.ts";
import { readPreview, readStopped } from "../../../operations/guard/preview.ts";
import { decide, decisionText } from "../../../operations/report/gate.ts";
import { reportMarkdown } from "../../../operations/report/markdown.ts";
import { stackReport } from "../../../operations/report/stack.ts";
import { urnOf } from "../report/support.ts";

const db = urnOf("digitalocean:index/databaseDb:DatabaseDb", "shop-db-db-catalogue");
const cluster = urnOf("digitalocean:index/databaseCluster:DatabaseCluster", "shop-db");
const isProtected = (urn: string) => ({
  severity: "error",
  message: `error: Preview failed: resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program\n`,
});
const isReplaced = {
  severity: "error",
  message: `error: unable to replace resource "${cluster}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag\n`,
};
const ended = { severity: "error", message: "error: preview failed\n" };
const steps = [{ op: "delete", urn: db, oldState: { inputs: {}, protect: true } }];
const text = (...diagnostics: object[]) => JSON.stringify({ steps, diagnostics, changeSummary: { same: 3 } });

const owner = (urn: string) =>
  `to give it up on purpose, back it up, have an owner run \`pulumi state unprotect --stack production '${urn}'\`, and make the preview again`;

const report = (...diagnostics: object[]) => {
  const { preview, protectedUrns } = readStopped("production", text(...diagnostics));
  return { version: 1 as const, stacks: [stackReport("production", preview, { protectedUrns })] };
};

describe("a preview that the engine stopped at what is protected", () => {
  test("stops the gate, and neither label nor approval lets it through", () => {
    const gate = GateSettings.parse({ label: "accepts-loss", approvals: 1, by: ["octocat"] });
    const decisions = decide(report(isProtected(db), isReplaced, ended), new Map([["production", gate]]), {
      labels: ["accepts-loss"],
      approvedBy: ["octocat"],
    });
    expect(decisions[0]?.isOpen).toBe(false);
    expect(decisionText(decisions)).toBe(`production: 2 refused
  deletes or replaces shop-db, which is protected, and the engine refuses
    instead: keep it in the program; ${owner(cluster)}
  deletes the database shop-db-db-catalogue: its tables are lost; it is protected, and the engine refuses
    instead: keep it in the program; dump it first where it is to go; ${owner(db)}
  the pull request must not be let through: the engine refuses it as long as what it takes away is protected
`);
  });

  test("is told by the report, which says that it is not whole", () => {
    const markdown = reportMarkdown(report(isProtected(db), ended));
    expect(markdown).toContain(
      "- **delete** `DatabaseDb` `shop-db-db-catalogue`: deletes the database shop-db-db-catalogue: its tables are lost; it is protected, and the engine refuses\n",
    );
    expect(markdown).toContain(
      "### One loss in this change\n\n**production** is refused: the engine stopped its preview at what is protected, and more may change than is told here; 1 loss. **Nothing lets it through**: the engine refuses it as long as what it takes away is protected.\n\n| stack |",
    );
  });

  test("is none that succeeded", () => {
    expect(() => readPreview("production", text(isProtected(db), ended))).toThrow(
      new Error(
        `the preview of production must be one that succeeded: shop-db-db-catalogue must stay, since production is protected: put it back into the settings; ${owner(db)}`,
      ),
    );
  });

  test.each<[string, object[], string]>([
    [
      "that failed for something else as well",
      [isProtected(db), { severity: "error", message: "error: no token" }, ended],
      "the preview of production must be one that succeeded; it says: error: no token",
    ],
    [
      "of which nothing says why it failed",
      [ended],
      "the preview of production must be one that succeeded; it says: error: preview failed",
    ],
    [
      "that is of another stack's resource",
      [isProtected(urnOf("digitalocean:index/vpc:Vpc", "shop", "staging"))],
      "the preview of production must be of that stack; it is of staging",
    ],
  ])("is not one %s", (_, diagnostics, fault) => {
    expect(() => readStopped("production", text(...diagnostics))).toThrow(new Error(fault));
  });
});
