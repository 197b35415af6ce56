import grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { todayDate } from "../../components/internal/days.ts";
import { stackRules } from "../evaluate.ts";
import type { PolicyResource } from "../rule.ts";
import { Analysis } from "./analysis.ts";
import { plain } from "./wire.ts";

const name = "slipway";
const version = "0.1.0";
/** Largest message that is taken; what is sent has no limit anyway. */
const messageLimit = 400 * 1024 * 1024;

type Call<Request> = { request: Request };
type Reply<Response> = (error: Error | null, response?: Response) => void;

/** Answers with what `work` makes of the request; what it throws ends the engine's run with its message. */
const answering =
  <Request, Response>(work: (request: Request) => Response) =>
  ({ request }: Call<Request>, reply: Reply<Response>): void => {
    let response: Response;
    try {
      response = work(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // The engine shows only the field that a gRPC error has.
      reply(Object.assign(new Error(message), { details: message }));
      return;
    }
    reply(null, response);
  };

/**
 * Serves the rules as a policy pack: over the engine's own protocol, in which, unlike in Pulumi's library for packs, a
 * rule can look at a resource part of which is not known yet.
 */
export function servePack(): grpc.Server {
  const server = new grpc.Server({ "grpc.max_receive_message_length": messageLimit });
  server.addService(service.AnalyzerService, packCalls());
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  });
  return server;
}

/** What the pack answers to each call of the engine, in one run of it. */
export function packCalls(today = todayDate) {
  const analysis = new Analysis();
  return {
    handshake: answering(() => new analyzer.AnalyzerHandshakeResponse()),
    configure: answering(() => new empties.Empty()),
    cancel: answering(() => new empties.Empty()),
    configureStack: answering((request: InstanceType<typeof analyzer.AnalyzerStackConfigureRequest>) => {
      analysis.configure(request.getStack(), Object.fromEntries(request.getConfigMap().getEntryList()));
      return new analyzer.AnalyzerStackConfigureResponse();
    }),
    getPluginInfo: answering(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getAnalyzerInfo: answering(() => analyzerInfo()),
    analyze: answering((request: InstanceType<typeof analyzer.AnalyzeRequest>) => {
      analysis.add(resourceOf(request));
      return new analyzer.AnalyzeResponse();
    }),
    remediate: answering(() => new analyzer.RemediateResponse()),
    analyzeStack: answering(() => analyzeResponse(analysis, today())),
  };
}

/** A resource as the program asks for it, after its provider has checked it. */
function resourceOf(request: InstanceType<typeof analyzer.AnalyzeRequest>): PolicyResource {
  const options = request.getOptions();
  const parent = options?.getParent() ?? "";
  return {
    urn: request.getUrn(),
    type: request.getType(),
    name: request.getName(),
    props: plain(request.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>,
    // The engine does not say what stays when it is deleted.
    options: { protect: options?.getProtect() === true, ...(parent === "" ? {} : { parent }) },
  };
}

const levelOf = (stops: boolean) =>
  stops ? analyzer.EnforcementLevel.MANDATORY : analyzer.EnforcementLevel.ADVISORY;

function analyzeResponse(analysis: Analysis, today: string) {
  const response = new analyzer.AnalyzeResponse();
  for (const { rule, stops, text, urn } of analysis.reports(today)) {
    const diagnostic = new analyzer.AnalyzeDiagnostic();
    diagnostic.setPolicyname(rule);
    diagnostic.setPolicypackname(name);
    diagnostic.setPolicypackversion(version);
    diagnostic.setDescription(stackRules.find(({ id }) => id === rule)?.reason ?? "");
    diagnostic.setMessage(text);
    diagnostic.setEnforcementlevel(levelOf(stops));
    diagnostic.setUrn(urn);
    response.addDiagnostics(diagnostic);
  }
  return response;
}

function analyzerInfo() {
  const info = new analyzer.AnalyzerInfo();
  info.setName(name);
  info.setDisplayname(name);
  info.setVersion(version);
  for (const { id, title, reason, severity } of stackRules) {
    const policy = new analyzer.PolicyInfo();
    policy.setName(id);
    policy.setDisplayname(title);
    policy.setDescription(reason);
    policy.setEnforcementlevel(levelOf(severity === "error"));
    policy.setPolicyType(analyzer.PolicyType.POLICY_TYPE_STACK);
    info.addPolicies(policy);
  }
  return info;
}
