import grpc from "@grpc/grpc-js";
import { describe, expect, test } from "@jest/globals";
import service from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { stackRules } from "../../../policy/evaluate.ts";
import { packCalls, servePack } from "../../../policy/pack/serve.ts";

const today = () => "2026-11-21";
const product = { name: "widgets", repository: "widgets/widgets", region: "nyc", contact: "a@widgets.ao" };
const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
const urn = `urn:pulumi:dev::slipway::slipway:index:Database$${cluster}::db`;

/** What a call is answered with; the engine's own client does no more than carry it. */
function answered<Request, Response>(
  call: (at: { request: Request }, reply: (error: Error | null, response?: Response) => void) => void,
  request: Request,
): Response {
  let answer: { error: Error | null; response: Response | undefined } | undefined;
  call({ request }, (error, response) => {
    answer = { error, response };
  });
  if (answer === undefined) throw new Error("it was not answered");
  if (answer.error !== null) throw answer.error;
  return answer.response as Response;
}

interface Asked {
  type: string;
  properties?: structs.JavaScriptValue;
  protect?: boolean;
  parent?: string;
}
const db: Asked = {
  type: cluster,
  properties: { version: "16", privateNetworkUuid: "1", maintenanceWindows: [{}] },
};

/** A pack that knows a stack and its resources. */
function packOf(
  config: Record<string, unknown>,
  resources: readonly Asked[] = [db],
  stack = "dev",
  calls = packCalls(today),
) {
  const configuration = new analyzer.AnalyzerStackConfigureRequest();
  configuration.setStack(stack);
  for (const [key, value] of Object.entries({ product, ...config }))
    configuration.getConfigMap().set(`slipway:${key}`, JSON.stringify(value));
  expect(answered(calls.configureStack, configuration).toObject()).toEqual({});
  for (const { type, properties, protect, parent } of resources) {
    const asked = new analyzer.AnalyzeRequest();
    asked.setUrn(`urn:pulumi:${stack}::slipway::slipway:index:Database$${type}::db`);
    asked.setType(type);
    asked.setName("db");
    if (properties !== undefined)
      asked.setProperties(
        structs.Struct.fromJavaScript(properties as Record<string, structs.JavaScriptValue>),
      );
    if (protect !== undefined || parent !== undefined) {
      const given = new analyzer.AnalyzerResourceOptions();
      given.setProtect(protect === true);
      given.setParent(parent ?? "");
      asked.setOptions(given);
    }
    expect(answered(calls.analyze, asked).getDiagnosticsList()).toEqual([]);
  }
  return calls;
}

const findings = (calls: ReturnType<typeof packCalls>) =>
  answered(calls.analyzeStack, new analyzer.AnalyzeStackRequest())
    .getDiagnosticsList()
    .map((one) => one.toObject());

describe("the pack", () => {
  test("tells the engine of every rule, its reason and whether it stops", () => {
    const info = answered(packCalls().getAnalyzerInfo, new empties.Empty()).toObject();
    expect(info).toMatchObject({ name: "slipway", displayname: "slipway", version: "0.1.0" });
    expect(
      info.policiesList.map(({ name, displayname, description, enforcementlevel, policyType }) => ({
        name,
        displayname,
        description,
        enforcementlevel,
        policyType,
      })),
    ).toEqual(
      stackRules.map(({ id, title, reason, severity }) => ({
        name: id,
        displayname: title,
        description: reason,
        enforcementlevel:
          severity === "error" ? analyzer.EnforcementLevel.MANDATORY : analyzer.EnforcementLevel.ADVISORY,
        policyType: analyzer.PolicyType.POLICY_TYPE_STACK,
      })),
    );
    expect(answered(packCalls().getPluginInfo, new empties.Empty()).getVersion()).toBe("0.1.0");
  });

  test.each(["handshake", "configure", "cancel", "remediate"] as const)("answers %s with nothing", (name) => {
    const call = packCalls()[name] as Parameters<typeof answered<unknown, { toObject(): object }>>[0];
    const answer = answered(call, undefined).toObject();
    expect(Object.values(answer).flat()).toEqual([]);
  });

  test("stops a stack with an open database, and only warns of a budget that is nearly used up", () => {
    const found = findings(packOf({ budget: { total: 1000 } }));
    expect(found.find(({ policyname }) => policyname === "db-firewall")).toMatchObject({
      policypackname: "slipway",
      policypackversion: "0.1.0",
      description: stackRules.find(({ id }) => id === "db-firewall")?.reason,
      message: "db: must have a firewall with at least one source; give it a DatabaseFirewall",
      enforcementlevel: analyzer.EnforcementLevel.MANDATORY,
      urn,
    });
    expect(findings(packOf({}))).toContainEqual(
      expect.objectContaining({
        policyname: "budget-set",
        enforcementlevel: analyzer.EnforcementLevel.ADVISORY,
        urn: "",
      }),
    );
  });

  const ids = (...given: Parameters<typeof packOf>) =>
    findings(packOf(...given)).map(({ policyname }) => policyname);

  test("judges by the day", () => {
    const waivers = (expires: string) => ({
      policy: {
        waivers: [{ rule: "budget-set", resource: "stack", reason: "it is only for this test", expires }],
      },
    });
    expect(ids(waivers("2026-11-21"))).toEqual(["db-firewall"]);
    expect(ids(waivers("2026-11-20"))).toEqual(["db-firewall", "waiver-expired", "budget-set"]);
  });

  test("judges by the day of the machine where nobody names another", () => {
    const waived = { rule: "budget-set", resource: "stack", reason: "it is only for this test" };
    const config = { policy: { waivers: [{ ...waived, expires: "2020-01-01" }] } };
    expect(ids(config, [], "dev", packCalls())).toContain("waiver-expired");
  });

  test("gives no reason for what is no rule of a resource, that a waiver has run out", () => {
    const waived = { rule: "budget-set", resource: "stack", reason: "it is only for this test" };
    const config = { policy: { waivers: [{ ...waived, expires: "2026-11-20" }] } };
    const reasons = findings(packOf(config)).map(({ policyname, description }) => [policyname, description]);
    expect(reasons).toContainEqual(["waiver-expired", ""]);
  });

  test("fails with whatever is thrown", () => {
    const thrown = packCalls(() => {
      throw { toString: () => "no day" };
    });
    expect(() => findings(packOf({}, [], "dev", thrown))).toThrow("no day");
  });

  test("judges by the protection of a resource and by what it belongs to", () => {
    const isProtected = (protect?: boolean) =>
      !ids({}, [{ ...db, ...(protect === undefined ? {} : { protect }) }], "production").includes(
        "prod-protect",
      );
    expect([isProtected(true), isProtected(false), isProtected()]).toEqual([true, false, false]);
    const firewall = {
      type: "digitalocean:index/databaseFirewall:DatabaseFirewall",
      properties: { rules: [{ type: "ip_addr", value: "10.0.0.0/20" }] },
    };
    const isGuarded = (one: object, other: object) =>
      !ids({}, [
        { ...db, ...one },
        { ...firewall, ...other },
      ]).includes("db-firewall");
    expect(isGuarded({ parent: "urn:x" }, { parent: "urn:x" })).toBe(true);
    expect(isGuarded({ parent: "urn:x" }, { parent: "urn:y" })).toBe(false);
    expect(isGuarded({}, { protect: true })).toBe(true);
  });

  test("takes a resource without properties as one without any", () => {
    expect(ids({}, [{ type: cluster }])).toContain("db-firewall");
  });

  test("fails with the words of the stack file's faults, which is all that the engine shows", () => {
    let told: unknown;
    try {
      findings(packOf({ budget: { total: -1 } }));
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({
      message: expect.stringMatching(/^stack dev has invalid settings:\n {2}budget\.total: must be /),
      details: expect.stringMatching(/^stack dev has invalid settings:\n {2}budget\.total: must be /),
    });
  });
});

test("the pack tells its port first and takes messages that are larger than most", async () => {
  const write = process.stdout.write;
  const first = new Promise<string>((resolve) => {
    process.stdout.write = (text) => {
      resolve(String(text));
      return true;
    };
  });
  const server = servePack();
  const port = await first;
  process.stdout.write = write;
  expect(port).toMatch(/^\d{4,5}\n$/);
  const options = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const client = new service.AnalyzerClient(
    `127.0.0.1:${port.trim()}`,
    grpc.credentials.createInsecure(),
    options,
  );
  const asked = new analyzer.AnalyzeRequest();
  asked.setType(cluster);
  asked.setName("x".repeat(5 * 1024 * 1024));
  const answer = await new Promise<InstanceType<typeof analyzer.AnalyzeResponse>>((resolve, reject) =>
    client.analyze(asked, (error: Error | null, response: InstanceType<typeof analyzer.AnalyzeResponse>) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
  expect(answer.getDiagnosticsList()).toEqual([]);
  client.close();
  server.forceShutdown();
});
