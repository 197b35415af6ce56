import { describe, expect, test } from "@jest/globals";
import { Analysis } from "../../../policy/pack/analysis.ts";
import { plain } from "../../../policy/pack/wire.ts";
import { resource } from "../support.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("values from the engine", () => {
  test.each([
    ["a text", "a", "a"],
    ["a number, a switch, nothing", [1, false, undefined], [1, false, undefined]],
    ["what is not known yet", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[known after up]"],
    ["a list that is not known yet", ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"], ["[known after up]"]],
    ["a secret", { inner: { [signature]: secret, value: "x" } }, { inner: "[secret]" }],
    ["an output", { [signature]: output, value: { a: "b" } }, { a: "b" }],
    ["an output that is not known yet", { [signature]: output }, "[known after up]"],
    ["a secret output", { [signature]: output, value: "x", secret: true }, "[secret]"],
    ["what is empty", { a: null, b: [null] }, { b: [null] }],
  ])("%s", (_, value, expected) => {
    expect(plain(value)).toEqual(expected);
  });

  test.each([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  ])("the mark %s of another kind of value that is not known", (mark) => {
    expect(plain(mark)).toBe("[known after up]");
  });
});

const analysisOf = (budget: object, waivers: object[] = []) => {
  const analysis = new Analysis();
  const product = { name: "widgets", repository: "widgets/widgets", region: "nyc", contact: "a@widgets.ao" };
  analysis.configure("dev", {
    "slipway:product": JSON.stringify(product),
    "slipway:budget": JSON.stringify(budget),
    "slipway:policy": JSON.stringify({ waivers }),
  });
  return analysis;
};

const cluster = resource("do/DatabaseCluster", "db", {
  version: "16",
  privateNetworkUuid: "1",
  maintenanceWindows: [{}],
});
const component = { ...cluster, urn: "urn:component", type: "slipway:index:Database", props: {} };
const open = {
  rule: "db-firewall",
  stops: true,
  text: "db: must have a firewall with at least one source; give it a DatabaseFirewall",
  urn: cluster.urn,
};

describe("the pack", () => {
  test("reports errors and warnings of the stack that the engine runs, each at its resource", () => {
    const analysis = analysisOf({});
    analysis.add(component);
    analysis.add(cluster);
    expect(analysis.reports("2026-11-21")).toEqual([
      open,
      {
        rule: "budget-set",
        stops: false,
        text: "stack: must have a budget; set slipway:budget, such as { total: 40 }",
        urn: "",
      },
    ]);
  });

  test("knows a resource by its last state, and tells no notes", () => {
    const analysis = analysisOf({ total: 1 });
    analysis.add(cluster);
    analysis.add(
      resource("do/DatabaseFirewall", "wall", { rules: [{ type: "ip_addr", value: "10.0.0.1" }] }),
    );
    analysis.add({ ...cluster, props: { ...cluster.props, projectId: "1" } });
    expect(analysis.reports("2026-11-21").map(({ rule }) => rule)).toEqual(["db-no-project"]);
  });

  test("honours the waivers of the stack file", () => {
    const waiver = { rule: "db-maintenance", resource: "db", reason: "it is only a test of it" };
    const analysis = analysisOf({ total: 1 }, [{ ...waiver, expires: "2026-12-01" }]);
    analysis.add({ ...cluster, props: { ...cluster.props, maintenanceWindows: [] } });
    analysis.add(
      resource("do/DatabaseFirewall", "wall", { rules: [{ type: "ip_addr", value: "10.0.0.1" }] }),
    );
    expect(analysis.reports("2026-11-21")).toEqual([]);
    expect(analysis.reports("2026-12-02").map(({ rule }) => rule)).toEqual([
      "db-maintenance",
      "waiver-expired",
    ]);
  });
});
